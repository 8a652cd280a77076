"""Tests that are alike for all CRMs: a CRM's class inherits one, and says what differs.

``races`` has tills that want the same, ``crash`` workers that die, ``errors`` what does
not work, ``check`` what ``sitoo-bridge check`` says, ``live`` what ``check --live``
does, ``page`` the page about the CRM.  They know a CRM by the fixtures ``served`` and
``office`` only.
"""
