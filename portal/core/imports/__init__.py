"""Files that come in: read, recognise headings, check, plan, commit; one engine for every register.

`read` opens a file, `resources` (the rooms' `resources.py`) say which columns there are, `engine.run` checks and
writes. A plan is the commit itself, rolled back: it says exactly what would happen.
"""
