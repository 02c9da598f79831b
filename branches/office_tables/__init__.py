"""The tables that offices keep: civil-affairs rosters, the register of 2013 (F01), party-building ledgers.

One row of such a table tells of an organization, of the party organization that covers it, of its secretary and
instructor, and of numbers it reported; hence this package stands above all of them. `headings` knows the words,
`rows` reads and mends cells, `registers` lays them out as sheets of the registers, `stored` compares them with
what is stored, `door` is the way in.
"""
