"""The operations of the SPI, each declared once and carried out in a view."""
