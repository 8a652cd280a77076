"""What a file may say: ``shape`` has its sections, those of ``verbs`` among them.

All are made of ``parts``.
"""
