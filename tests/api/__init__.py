"""The API, asked the way a program asks it."""
