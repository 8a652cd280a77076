"""What is decided around each try: whether, who we are, what it came to, once more."""
