"""What comes in: files, findings, plans, commits. All files are made here; all names and numbers are invented."""
