"""CRMs that really run: installed and seeded once, served by a process of a test's own.

``installation`` has their programs, ``cache`` keeps what takes long to make, ``server``
is the process, and ``postgresql`` a database for those that shops run on it.
"""
