"""The night: schedule, jobs, snapshots, the revised series, and who runs them."""
