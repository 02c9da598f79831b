"""Who gets in where, and what nobody may find."""
