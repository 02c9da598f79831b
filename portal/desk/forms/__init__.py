"""Forms of the registers: one declaration per register, one page for all of them.

`shape` says what a declaration holds, `places`, `organizations`, `parties`, `people` and `training` declare the forms
of their registers and `declared` gathers them; `fields` makes inputs of columns, `opened` is one form with what was
typed into it, `consequences` what saving would do, `clash` both versions when somebody else was quicker.
What a register accepts is not said here: a form is a sheet of one row (`portal.core.entry.saving`).
"""
