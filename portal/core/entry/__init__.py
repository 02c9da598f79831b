"""Keeping the registers by hand.

A form is a sheet of one row: the same columns, checks, scope and audit as an import (`portal.core.imports`), so
that a fact entered by hand and one from a file are the same fact. What is added here is what a person in front of a
form needs: the record as it stands (`records`), what saving would do (`saving`), both versions when somebody else was
quicker, the exact rows before and after (`images`) and the way back (`undoing`), and drafts (`drafts`).
"""
