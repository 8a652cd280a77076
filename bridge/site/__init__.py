"""A site: a retailer's shop chain, with the CRM, or the two systems, behind it.

* ``site``: what a process keeps for one site
* ``shop``: as much of it as stands in front of any CRM
* ``pair``: two systems that look like one mapping
* ``system``: one CRM, and how it is reached
* ``settings``: how a customer of the one system is found in the other

A room is opened when somebody asks for what is in it: a shop needs no mapping.
"""

from typing import TYPE_CHECKING

from bridge.rooms import rooms

if TYPE_CHECKING:
    from bridge.site.pair import Pairing, paired
    from bridge.site.settings import FoundBy
    from bridge.site.shop import Shop
    from bridge.site.site import Site
    from bridge.site.system import System

__all__ = ["FoundBy", "Pairing", "Shop", "Site", "System", "paired"]

HOMES = {
    "Pairing": "pair",
    "paired": "pair",
    "FoundBy": "settings",
    "Shop": "shop",
    "Site": "site",
    "System": "system",
}
"""Where each name is at home."""

__getattr__ = rooms(__name__, HOMES)
