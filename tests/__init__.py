"""The suite: questions of behaviour, asked through public doors."""
