"""Speaks the Sitoo CRM SPI to the POS and a retailer's own CRM behind it.

Start with ``app``, which wires everything; then ``spi`` (what the POS calls),
``mapping`` (what a CRM must be able to do) and ``redeem`` (all or nothing).
"""

__version__ = "0.1.0"
