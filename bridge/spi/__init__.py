"""What the POS calls: the Sitoo CRM SPI, version 2, over HTTP.

A request passes ``paths`` (which operation), ``edge`` (who asks, from where), its
``operation`` (what it says) and a view (what it does); ``schemas`` make the answer
right and ``failures`` gives every error one form.
"""
