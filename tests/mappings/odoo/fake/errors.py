"""What Odoo raises, by the name under which JSON-RPC tells it."""

from __future__ import annotations


class OdooError(Exception):
    """Anything that ends a call, and rolls its transaction back."""

    name = "builtins.Exception"

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name or self.name


class AccessDenied(OdooError):
    name = "odoo.exceptions.AccessDenied"


class AccessError(OdooError):
    name = "odoo.exceptions.AccessError"


class MissingError(OdooError):
    name = "odoo.exceptions.MissingError"


class UserError(OdooError):
    name = "odoo.exceptions.UserError"


class ValidationError(OdooError):
    name = "odoo.exceptions.ValidationError"


class FieldError(OdooError):
    name = "builtins.ValueError"


def gone(model: str, record: int, user: int) -> MissingError:
    return MissingError(
        "Record does not exist or has been deleted.\n"
        f"(Record: {model}({record},), User: {user})"
    )
