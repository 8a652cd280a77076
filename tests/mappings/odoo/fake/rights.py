"""Who may do what: access rights by group, and rules that hide records."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.mappings.odoo.fake.errors import AccessError, UserError
from tests.mappings.odoo.fake.tables import Row, Tables

USER = "base.group_user"
CONTACTS = "base.group_partner_manager"
SYSTEM = "base.group_system"
OWN = "sales_team.group_sale_salesman"
ALL = "sales_team.group_sale_salesman_all_leads"
SALES_ADMIN = "sales_team.group_sale_manager"
TILLS = "point_of_sale.group_pos_user"

NAMES = {
    USER: "User types/Internal User",
    CONTACTS: "Extra Rights/Contact Creation",
    SYSTEM: "Administration/Settings",
    OWN: "Sales/User: Own Documents Only",
    ALL: "Sales/User: All Documents",
    SALES_ADMIN: "Sales/Administrator",
    TILLS: "Point of Sale/User",
}
IMPLIED = {ALL: (OWN,), SALES_ADMIN: (ALL, OWN), OWN: (USER,), TILLS: (USER,)}

READ, WRITE, CREATE = "read", "write", "create"
WORDS = {READ: "access", WRITE: "modify", CREATE: "create"}

EVERYBODY = (
    *("res.users", "res.company", "res.lang", "res.currency", "res.country"),
    *("res.country.state", "res.partner", "account.tax", "res.partner.category"),
)
LOYALTY = ("loyalty.program", "loyalty.reward", "loyalty.rule", "loyalty.card")
SALES = ("sale.order", "sale.order.line", "product.product", *LOYALTY)
POINTS_OF_SALE = (
    *("pos.order", "pos.order.line", "pos.payment", "pos.config"),
    "pos.payment.method",
)

GRANTED: dict[tuple[str, str], tuple[str, ...]] = {
    **{(model, READ): (USER,) for model in EVERYBODY},
    **{(model, READ): (OWN, TILLS) for model in SALES},
    **{(model, verb): (SALES_ADMIN,) for model in LOYALTY for verb in (WRITE, CREATE)},
    **{(model, verb): (OWN,) for model in SALES[:2] for verb in (WRITE, CREATE)},
    **{(model, READ): (TILLS,) for model in POINTS_OF_SALE},
    **{("res.partner", verb): (CONTACTS,) for verb in (WRITE, CREATE)},
    **{("res.partner.category", verb): (CONTACTS,) for verb in (WRITE, CREATE)},
    ("loyalty.card", WRITE): (OWN, TILLS),
    ("product.product", WRITE): (SALES_ADMIN,),
    ("product.product", CREATE): (SALES_ADMIN,),
    **{("loyalty.history", verb): (OWN, TILLS) for verb in WORDS},
    **{("loyalty.card.update.balance", verb): (OWN, TILLS) for verb in WORDS},
}
"""Of each model and verb, the groups; of others, those who set Odoo up."""

KINDS = {
    "loyalty.program": "Loyalty Program",
    "loyalty.card": "Loyalty Coupon",
    "res.partner": "Contact",
    "sale.order": "Sales Order",
}

FIELDS = {("ir.actions.server", "code"): SYSTEM, ("res.users", "password"): "nobody"}
"""Fields that only one group sees."""


@dataclass(frozen=True)
class Env:
    """On whose behalf, and in which surroundings, a call is made."""

    tables: Tables
    user: int
    context: dict[str, Any] = field(default_factory=dict)
    su: bool = False

    def sudo(self) -> Env:
        return replace(self, su=True)

    @property
    def groups(self) -> set[str]:
        row = self.tables.rows["res.users"][self.user]
        ids = set(row["groups_id"])
        own = {
            one["xml_id"] for one in self.tables.of("res.groups") if one["id"] in ids
        }
        return own.union(*(IMPLIED.get(one, ()) for one in own))

    @property
    def companies(self) -> list[int]:
        """The companies whose records are seen: all of the user's, or those chosen."""
        own: list[int] = self.tables.rows["res.users"][self.user]["company_ids"]
        chosen: list[int] = self.context.get("allowed_company_ids") or own
        if not set(chosen) <= set(own):
            raise AccessError("Access to unauthorized or invalid companies.")
        return chosen

    def check_context(self) -> None:
        """Refuse what no call can be made in."""
        spoken = self.context.get("lang")
        known = [one["code"] for one in self.tables.of("res.lang")]
        if spoken and spoken not in known:
            raise UserError(f"Invalid language code: {spoken}")
        assert self.companies

    def check(self, model: str, verb: str) -> None:
        """Refuse what no group of the user's may do."""
        groups = GRANTED.get((model, verb), (SYSTEM,))
        if self.su or SYSTEM in self.groups or self.groups & set(groups):
            return
        listed = "".join(f"\n\t- {NAMES[one]}" for one in groups)
        kind = KINDS.get(model, model)
        raise AccessError(
            f"You are not allowed to {WORDS[verb]} '{kind}' ({model}) records."
            f"\n\nThis operation is allowed for the following groups:{listed}"
            "\n\nContact your administrator to request access if necessary."
        )

    def check_fields(self, model: str, names: Any) -> None:
        for name in names:
            group = FIELDS.get((model, name))
            if group and not self.su and group not in self.groups:
                raise AccessError(
                    f"You do not have enough rights to access the field {name!r}"
                )

    def sees(self, model: str, row: Row) -> bool:
        """Whether no rule hides a record: one of another company, or another's."""
        if self.su:
            return True
        if model == "res.company":
            return row["id"] in self.companies
        if self.company_of(model, row) not in (*self.companies, False):
            return False
        if model in ("sale.order", "sale.order.line"):
            order = row if model == "sale.order" else self._order(row)
            mine = order["user_id"] in (self.user, False)
            return mine or ALL in self.groups or SYSTEM in self.groups
        return True

    def company_of(self, model: str, row: Row) -> Any:
        fields = self.tables.schema[model]
        for name in ("company_id", "program_id", "card_id", "order_id"):
            if name in fields:
                found = self.tables.value(model, row, name)
                if name == "company_id" or not found:
                    return found
                above = self.tables.target(model, name)
                return self.company_of(above, self.tables.rows[above][found])
        return False

    def _order(self, line: Row) -> Row:
        return self.tables.rows["sale.order"][line["order_id"]]
