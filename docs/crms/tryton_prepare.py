"""Prepares a Tryton 8.2 for the bridge: see "Tryton" in the documentation.

Run it anywhere with ``pip install "proteus==8.2.*"``::

    export TRYTON_ADMIN_PASSWORD=...  BRIDGE_PASSWORD=...
    python tryton_prepare.py https://tryton.example.com/DATABASE --company 1

It makes a group with the rights that the bridge needs and no others, a user in it, and
an application key, which it prints; and the party categories that the bridge reads,
where they are missing.
"""

from __future__ import annotations

import argparse
import os

from proteus import Model, config

RIGHTS = {
    "party.party": "read write create",
    "party.address": "read write create",
    "party.contact_mechanism": "read write create delete",
    "party.identifier": "read write create delete",
    "party.party-party.category": "read write create delete",
    "party.category": "read",
    "country.country": "read",
    "country.subdivision": "read",
    "sale.sale": "read write create",
    "sale.gift_card": "read write",
    "sale.promotion.coupon.number": "read write",
    # The least rights: the bridge has no business with the sessions of other people.
    "ir.session": "",
}
CATEGORIES = {"Consents": (), "Communication": ("email", "sms", "mail")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="Tryton's address and the database: upstream.url")
    parser.add_argument("--company", type=int, default=1, help="the id of the company")
    parser.add_argument("--admin", default="admin", help="the administrator's login")
    parser.add_argument(
        "--user", default="sitoo", help="the login of the bridge's user"
    )
    said = parser.parse_args()
    password = os.environ["TRYTON_ADMIN_PASSWORD"]
    with config.set_xmlrpc_session(f"{said.url}/rpc/", said.admin, password):
        for root, children in CATEGORIES.items():
            add_category(root, children)
        user = add_user(said.user, os.environ["BRIDGE_PASSWORD"], said.company)
        key = Model.get("res.user.application")(application="rest", user=user)
        key.save()
        if key.state == "requested":
            key.click("validate_")
        print(key.key)


def add_user(login: str, password: str, company: int) -> Model:
    """Make the user and its group."""
    known = {
        row.name for row in Model.get("ir.model").find([("name", "in", [*RIGHTS])])
    }
    group = Model.get("res.group")(name="Sitoo bridge")
    group.save()
    for name in known:
        access = Model.get("ir.model.access")(model=name, group=group)
        for right in ("read", "write", "create", "delete"):
            setattr(access, f"perm_{right}", right in RIGHTS[name].split())
        access.save()
    user = Model.get("res.user")(name="Sitoo bridge", login=login, password=password)
    user.groups.append(group)
    user.companies.append(Model.get("company.company")(company))
    user.company = Model.get("company.company")(company)
    user.save()
    return user


def add_category(name: str, children: tuple[str, ...]) -> None:
    """Add a category with its children, where there is none of that name."""
    Category = Model.get("party.category")
    if Category.find([("name", "=", name), ("parent", "=", None)]):
        return
    root = Category(name=name)
    root.save()
    for child in children:
        Category(name=child, parent=root).save()


if __name__ == "__main__":
    main()
