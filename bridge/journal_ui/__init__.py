"""The journal's pages: what support staff see in a browser, and what they may do there.

``door`` lets people in, ``pages`` shows, ``actions`` asks and does, ``whole`` puts all
of it into an application.  What a redeem means in words and what a person may do to it
are ``bridge.redeem``'s (``story``, ``people``), shared with the command line, which
reads its filters by ``search``, too: nothing is imported here, as that needs no Flask.
No page needs a script.
"""
