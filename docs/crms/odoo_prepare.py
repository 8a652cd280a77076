"""Prepares an Odoo 18 for the bridge: see "Odoo" in the documentation.

Run it where the bridge is installed, as often as you like::

    export ODOO_ADMIN_PASSWORD=...  BRIDGE_PASSWORD=...
    python odoo_prepare.py https://odoo.example.com DATABASE

It adds a user with the rights that the bridge needs and no others, the server action
that spends what is redeemed, or brings it up to date, and the contact tags that the
bridge reads, where they are missing; and prints what goes into ``options``.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

import requests

from mappings.odoo.action import TEXT

RIGHTS = (
    "base.group_user",
    "base.group_partner_manager",
    "sales_team.group_sale_salesman_all_leads",
)
TILLS = "point_of_sale.group_pos_user"
SALESPEOPLE = "sales_team.group_sale_salesman"
ACTION = "Sitoo redeem"
TAGS = {"Consents": (), "Communication": ("email", "sms", "mail")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="Odoo's address, without a path")
    parser.add_argument("database")
    parser.add_argument("--admin", default="admin", help="the administrator's login")
    parser.add_argument("--user", default="sitoo", help="the bridge's login in Odoo")
    parser.add_argument("--company", type=int, help="the id of the company that sells")
    parser.add_argument(
        "--point-of-sale", action="store_true", help="let it see Odoo's own tills"
    )
    parser.add_argument(
        "--no-action", action="store_true", help="leave the server action out"
    )
    said = parser.parse_args()
    odoo = Odoo(said.url, said.database, said.admin, os.environ["ODOO_ADMIN_PASSWORD"])
    rights = [*RIGHTS, TILLS] if said.point_of_sale else [*RIGHTS]
    password = os.environ["BRIDGE_PASSWORD"]
    print(f"user_id: {add_user(odoo, said.user, password, rights, said.company)}")
    if not said.no_action:
        print(f"action: {install_action(odoo)}")
    for root, below in TAGS.items():
        add_tags(odoo, root, below)


class Odoo:
    """An Odoo, to an administrator."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        self._url = url
        self._database = database
        self._password = password
        who = [database, login, password, {}]
        self._user = self._ask("common", "authenticate", who)
        if not self._user:
            raise SystemExit("Odoo does not let the administrator in.")

    def __call__(self, model: str, method: str, *args: Any, **how: Any) -> Any:
        who = [self._database, self._user, self._password]
        return self._ask("object", "execute_kw", [*who, model, method, args, how])

    def find(self, model: str, *terms: list[Any]) -> int:
        """Return the id of a record that there is, else 0."""
        found = self(model, "search", list(terms), limit=1)
        return int(found[0]) if found else 0

    def named(self, name: str) -> int:
        """Return the id of a record by its external id, such as ``base.group_user``."""
        module, _, name = name.partition(".")
        terms = [["module", "=", module], ["name", "=", name]]
        rows = self("ir.model.data", "search_read", terms, fields=["res_id"])
        if not rows:
            raise SystemExit(f"Odoo lacks the module {module}: activate it first.")
        return int(rows[0]["res_id"])

    def _ask(self, service: str, method: str, args: list[Any]) -> Any:
        call = {"service": service, "method": method, "args": args}
        body = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": call}
        answer = requests.post(f"{self._url}/jsonrpc", json=body, timeout=60)
        said = answer.json()
        if "error" in said:
            raise SystemExit(said["error"]["data"]["message"])
        return said.get("result")


def add_user(
    odoo: Odoo, login: str, password: str, rights: list[str], company: int | None
) -> int:
    """Add the bridge's user, or give the one that is there its rights."""
    groups = [odoo.named(one) for one in rights]
    known = odoo.find("res.users", ["login", "=", login])
    if known:
        values: dict[str, Any] = {"groups_id": [[4, one, 0] for one in groups]}
        odoo("res.users", "write", [known], values)
        return known
    values = {"name": "Sitoo bridge", "login": login, "password": password}
    values["groups_id"] = [[6, 0, groups]]
    if company:
        values |= {"company_id": company, "company_ids": [[6, 0, [company]]]}
    return int(odoo("res.users", "create", values))


def install_action(odoo: Odoo) -> int:
    """Put the server action into Odoo, or bring the one that is there up to date."""
    values = {
        "name": ACTION,
        "model_id": odoo.find("ir.model", ["model", "=", "loyalty.card"]),
        "state": "code",
        "code": TEXT,
        "groups_id": [[6, 0, [odoo.named(SALESPEOPLE)]]],
    }
    known = odoo.find("ir.actions.server", ["name", "=", ACTION])
    if known:
        odoo("ir.actions.server", "write", [known], values)
        return known
    return int(odoo("ir.actions.server", "create", values))


def add_tags(odoo: Odoo, root: str, below: tuple[str, ...]) -> None:
    """Add a contact tag with those below it, where there is none of that name."""
    tag = "res.partner.category"
    if odoo.find(tag, ["name", "=", root], ["parent_id", "=", False]):
        return
    made = odoo(tag, "create", {"name": root})
    for name in below:
        odoo(tag, "create", {"name": name, "parent_id": made})


if __name__ == "__main__":
    main()
