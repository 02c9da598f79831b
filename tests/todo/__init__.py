"""What there is to do: kinds, boundaries, the page, the daily letter."""
