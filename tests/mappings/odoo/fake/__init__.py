"""An Odoo 18 of our own making: no registry carries one to run tests against.

It is held against what a real one has answered (``test_fake``), refuses what that
refuses, and loses what that loses.  Calls come one after the other, each a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bridge.testing import Call, FakeCrm, on
from tests.mappings.odoo.fake import methods
from tests.mappings.odoo.fake.errors import (
    AccessDenied,
    AccessError,
    OdooError,
    UserError,
    gone,
)
from tests.mappings.odoo.fake.models import METHODS, fields_get
from tests.mappings.odoo.fake.rights import Env
from tests.mappings.odoo.fake.tables import Tables


class FakeOdoo(FakeCrm):
    """One database of an Odoo."""

    def __init__(self, database: str = "shop", port: int = 0) -> None:
        super().__init__(port)
        self.database = database
        self.tables = Tables()
        self.calls: list[str] = []
        """Each call since a test has looked: ``loyalty.card search_read``."""
        self._failing: list[tuple[str, OdooError]] = []

    @on("POST", "/jsonrpc")
    def call(self, call: Call) -> Any:
        asked = call.body["params"]
        said: dict[str, Any] = {"jsonrpc": "2.0", "id": call.body["id"]}
        if (asked["service"], asked["method"]) == ("common", "authenticate"):
            return said | {"result": self._user(*asked["args"])}
        assert (asked["service"], asked["method"]) == ("object", "execute_kw")
        try:
            result = self.execute(*asked["args"])
        except OdooError as error:
            return said | {"error": self._told(error, asked)}
        return said if result is None else said | {"result": result}

    def execute(
        self,
        database: str,
        user: int,
        key: str,
        model: str,
        method: str,
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> Any:
        """Carry out one call; all of it is taken back if it raises ``OdooError``."""
        self.calls.append(f"{model} {method}")
        try:
            self._authenticate(database, user, key)
            result = self._called(user, model, method, args, dict(kwargs))
            self._fail(f"{model} {method}")
        except BaseException:
            self.tables.roll_back()
            raise
        self.tables.commit()
        return result

    @contextmanager
    def failing(self, call: str, name: str, times: int = 1) -> Iterator[None]:
        """Have some calls end in an error, after they have done all but commit."""
        self._failing = [(call, OdooError("could not", name))] * times
        yield
        self._failing = []

    def _authenticate(self, database: str, user: int, key: str) -> None:
        if database != self.database:
            text = f'database "{database}" does not exist'
            raise OdooError(text, "psycopg2.OperationalError")
        row = self.tables.record("res.users", user)
        if row is None:
            raise gone("res.users", user, user)
        if row["password"] != key:
            raise AccessDenied("Access Denied")

    def _user(self, database: str, login: str, password: str, agent: Any) -> int | bool:
        wanted = (database, login, password)
        for row in self.tables.of("res.users"):
            if (self.database, row["login"], row["password"]) == wanted:
                return int(row["id"])
        return False

    def _called(
        self,
        user: int,
        model: str,
        method: str,
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> Any:
        if method.startswith("_"):
            text = f"Private methods (such as {method}) cannot be called remotely."
            raise AccessError(text)
        if model not in self.tables.schema:
            raise UserError(f"Object {model} doesn't exist")
        env = Env(self.tables, user, kwargs.pop("context", {}))
        env.check_context()
        if method == "fields_get":
            return fields_get(env, model, *args, **kwargs)
        known = METHODS.get((model, method)) or methods.GENERAL.get(method)
        if known is None:
            text = f"The method '{model}.{method}' does not exist"
            raise OdooError(text, "builtins.AttributeError")
        return known(env, model, *args, **kwargs)

    def _fail(self, call: str) -> None:
        for place, (failing, error) in enumerate(self._failing):
            if failing == call:
                del self._failing[place]
                raise error

    def _told(self, error: OdooError, asked: Any) -> Any:
        """An error as JSON-RPC tells it; it repeats what was asked, in a traceback."""
        return {
            "code": 200,
            "message": "Odoo Server Error",
            "data": {
                "name": error.name,
                "message": str(error),
                "arguments": [str(error)],
                "context": {},
                "debug": f"Traceback (most recent call last): {asked['args'][5:]}",
            },
        }
