"""One site: a retailer's shop chain with its own CRM, credentials and country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bridge.deadline import Deadline
from bridge.mapping import Mapping
from bridge.model import Context
from bridge.site.pair import Pair, Pairing
from bridge.site.shop import Shop
from bridge.site.system import System

if TYPE_CHECKING:
    from bridge.upstream import Cache, Gateway


@dataclass(frozen=True, kw_only=True)
class Site(Shop):
    """What a process keeps for one site, shared by all its requests."""

    country: str
    mapping_class: type[Mapping]
    """What the site can do: with two systems, what the two of them can."""

    options: Any
    gateway: Gateway
    catalogue: Cache
    """Consents and additional options: the same for every customer."""

    required: tuple[str, ...] | None = None
    """What a customer must have; ``None`` for anything to know them by."""

    language: str = "en"
    """What its cashiers read."""

    crm_url: str | None = None
    """Where its CRM shows a customer, with ``{customer_id}``; "" for nowhere, and
    ``None`` where its mapping knows."""

    crm_home: str = ""
    """The address of the CRM that has its customers, if browsers may go there."""

    pairing: Pairing | None = None
    """The two systems of a site that has its benefits elsewhere."""

    def mapping(self, context: Context, deadline: Deadline) -> Mapping:
        """Return a mapping object for one request."""
        if self.pairing is not None:
            return self.pairing.mapping(context, deadline)
        return self._only.mapping(context, deadline)

    def systems(self) -> dict[str, System]:
        """Return each CRM of the site under its name: the site's own for an only one.

        Two systems are ``<site>.customers`` and ``<site>.benefits``, as in the
        configuration, the metrics and the log.
        """
        if self.pairing is None:
            return {self.name: self._only}
        return {
            f"{self.name}.customers": self.pairing.customers,
            f"{self.name}.benefits": self.pairing.benefits,
        }

    def holder(self, mapping: Mapping, customer_id: str) -> str:
        """Return under which id the items of a customer are held; "" for their own.

        Asked before a redeem begins, and written down with it: whoever finishes the
        redeem later must not find another customer, because an e-mail address has moved
        meanwhile.  Raises what the CRM says, and ``CannotRedeem`` for a customer whom
        the system of the benefits does not know for certain.
        """
        return mapping.holder(customer_id) if isinstance(mapping, Pair) else ""

    def crm_page(self, customer_id: str) -> str:
        """Return where the CRM itself shows a customer; "" if nobody knows."""
        if self.crm_url is not None:
            return self.crm_url.replace("{customer_id}", quote(customer_id, safe=""))
        whose = self.pairing.customers if self.pairing else self
        path = whose.mapping_class.crm_page(customer_id) if self.crm_home else ""
        return f"{self.crm_home}{path}" if path else ""

    @property
    def _only(self) -> System:
        return System(self.mapping_class, self.options, self.gateway)
