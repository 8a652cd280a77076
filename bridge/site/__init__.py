"""A site: a retailer's shop chain, with the CRM, or the two systems, behind it.

* ``site``: what a process keeps for one site
* ``pair``: two systems that look like one mapping
* ``system``: one CRM, and how it is reached
"""

from bridge.site.pair import FoundBy, Pairing, paired
from bridge.site.site import Site
from bridge.site.system import System

__all__ = ["FoundBy", "Pairing", "Site", "System", "paired"]
