"""The house itself: what must hold of its structure, words and files."""
