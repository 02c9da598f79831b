"""`make drills`: what only real processes and full sizes can show; one module a drill.

A drill is a module whose docstring names it after the colon of its first line, with `drill(folder)`: it works in
an empty folder of its own, prints what it sees, and returns how many things went wrong.
"""
