"""The fields that schemas are made of: what repairs, limits or leaves out a value."""
