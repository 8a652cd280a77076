"""The deployed shape under mixed traffic and constant trouble, as long as one wants.

* ``shop``: two bridges behind nginx, one journal with Sentinel, a CRM that fails
* ``tills``: what is asked of it
* ``trouble``: what is killed, frozen, restarted and reloaded meanwhile
* ``history``: what the tills saw, and the CRM's books at the end
* ``verdict``: whether that is what was promised
* ``report``: the same in figures

``make soak MINUTES=60`` runs it; ``verdict`` knows nothing of all the others.
"""
