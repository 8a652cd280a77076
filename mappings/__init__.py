"""One module per CRM.  Start with README.rst, then read ``demo``."""
