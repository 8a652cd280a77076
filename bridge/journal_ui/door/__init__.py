"""Who gets in: signing in and out, sessions, passwords, and who guesses."""
