"""Reads what a contact bought, and makes sure that it is all of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from bridge import model
from bridge.mapping import Upstream
from mappings.odoo import purchases
from mappings.odoo.options import Options
from mappings.odoo.protocol import Domain, Json, Odoo
from mappings.odoo.refusals import NotAllowed
from mappings.odoo.requirements import ALL_ORDERS

TAXES_SECONDS = 300.0
"""How long the rates of taxes are kept: they change once in years."""


class Ledger:
    """The orders of one Odoo."""

    def __init__(self, odoo: Odoo, upstream: Upstream, options: Options) -> None:
        self._odoo = odoo
        self._upstream = upstream
        self._options = options

    def bought(self, contact: int) -> list[model.Transaction]:
        """Return the last purchases of a contact, the newest first.

        To a user without the right to all orders, Odoo shows a part of them without a
        word: ``NotAllowed``.
        """
        read: list[Any] = self._upstream.together(
            partial(self._odoo.has_group, ALL_ORDERS),
            self._kept_taxes,
            partial(self._sales, contact),
            partial(self._till_sales, contact),
        )
        may_see_all, taxes, sales, till_sales = read
        if not may_see_all:
            raise NotAllowed
        orders, lines = sales
        found = [purchases.sale(order, lines, taxes) for order in orders]
        orders, lines, payments = till_sales
        found += [
            purchases.till_sale(order, lines, payments, taxes, self._options)
            for order in orders
        ]
        found.sort(key=lambda one: str(one.date_created), reverse=True)
        return found[: self._options.transactions]

    def _kept_taxes(self) -> dict[int, Json]:
        return self._upstream.keep("taxes", self._taxes, seconds=TAXES_SECONDS)

    def _taxes(self) -> dict[int, Json]:
        fields = purchases.TAX_FIELDS
        rows = self._odoo.read(purchases.TAX, [], fields, archived=True)
        return {row["id"]: row for row in rows}

    def _sales(self, contact: int) -> tuple[list[Json], list[Json]]:
        domain = purchases.sold(contact, self._options)
        orders = self._newest(purchases.SALE, domain, purchases.ORDER)
        of_orders = [["order_id", "in", _ids(orders)], ["display_type", "=", False]]
        lines = self._of(orders, purchases.SALE_LINE, of_orders, purchases.LINE)
        return orders, lines

    def _till_sales(self, contact: int) -> tuple[list[Json], list[Json], list[Json]]:
        if not self._options.point_of_sale:
            return [], [], []
        domain = purchases.rung_up(contact, self._options)
        orders = self._newest(purchases.TILL, domain, purchases.TILL_ORDER)
        lines, payments = (
            self._of(orders, model, [[name, "in", _ids(orders)]], fields)
            for model, name, fields in (
                (purchases.TILL_LINE, "order_id", purchases.TILL_LINE_FIELDS),
                (purchases.PAYMENT, "pos_order_id", purchases.PAYMENT_FIELDS),
            )
        )
        return orders, lines, payments

    def _newest(self, model: str, domain: Domain, fields: Sequence[str]) -> list[Json]:
        most, order = self._options.transactions, purchases.NEWEST
        return [*self._odoo.newest(model, domain, fields, order, most)]

    def _of(
        self, orders: list[Json], model: str, domain: Domain, fields: Sequence[str]
    ) -> list[Json]:
        return self._odoo.read(model, domain, fields) if orders else []


def _ids(rows: list[Json]) -> list[int]:
    return [row["id"] for row in rows]
