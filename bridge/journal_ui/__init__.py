"""The journal's pages: what support staff see in a browser, and what they may do there.

``blueprint`` has the routes; what a redeem means in words and what a person may do to
it are ``bridge.redeem``'s (``story``, ``people``), shared with the command line.
"""
