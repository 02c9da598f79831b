"""Letters: what they say, how they travel, who sees them."""
