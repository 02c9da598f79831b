"""The tables that offices keep, in synthetic files that copy their quirks."""
