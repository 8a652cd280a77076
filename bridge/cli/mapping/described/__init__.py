"""``sitoo-bridge mapping check``, ``try``, ``record`` and ``schema``: a mapping's file.

* ``file``: which mapping a file describes
* ``reading``: what can be read as it says, and what the POS would be shown
* ``trying``: one such read, with its exchanges
* ``record``, ``recording``, ``scrubbing``: many, kept with nobody's data in them
* ``replay``, ``checking``: a file held against what was kept
"""
