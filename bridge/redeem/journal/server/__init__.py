"""Redis itself: how to reach it, what it complains of, what could be lost with it."""
