"""Everything is declared in setup.cfg; this file is here for older tools."""

from setuptools import setup

setup()
