"""Bulk change: one thing done to many rows of a list, previewed, written as one action and undone as one.

`portal.desk.deeds` declares what can be done to the rows of which register, `selection` reads which rows are meant,
`work` carries a deed out by `portal.core.entry.saving`: a sheet of as many rows as were ticked.
"""
