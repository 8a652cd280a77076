"""The suites of the kit: each tries one part of what a mapping can offer."""
