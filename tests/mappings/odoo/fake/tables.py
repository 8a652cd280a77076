"""Records in memory, in transactions: what a call has changed can be taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.mappings.odoo.fake.computed import COMPUTED, display
from tests.mappings.odoo.fake.errors import FieldError
from tests.mappings.odoo.fake.schema import DEFAULTS, SCHEMA, empty

Row = dict[str, Any]


class Tables:
    """All records of a database."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, Row]] = defaultdict(dict)
        self.schema = {model: dict(fields) for model, fields in SCHEMA.items()}
        self._last: dict[str, int] = defaultdict(int)
        self._before: list[tuple[str, int, Row | None]] = []

    def next_is(self, model: str, record: int) -> None:
        """Have the next new record get an id, as if others had been there."""
        self._last[model] = record - 1

    def add(self, model: str, /, **values: Any) -> int:
        """Put a record in without any of Odoo's rules; ``id`` may be given."""
        record = values.pop("id", 0) or self._last[model] + 1
        self._last[model] = max(self._last[model], record)
        fields = self.schema[model]
        row = {name: empty(spec) for name, spec in fields.items()}
        row |= {"active": True} if "active" in fields else {}
        row |= DEFAULTS.get(model, {})
        self._remember(model, record)
        self.rows[model][record] = {**row, **values, "id": record}
        return record

    def change(self, model: str, record: int, /, **values: Any) -> None:
        self._remember(model, record)
        self.rows[model][record].update(values)

    def commit(self) -> None:
        self._before.clear()

    def roll_back(self) -> None:
        while self._before:
            model, record, row = self._before.pop()
            if row is None:
                del self.rows[model][record]
            else:
                self.rows[model][record] = row

    def of(self, model: str, *, archived: bool = False) -> Iterator[Row]:
        """Yield the records of a model, by default those that are not put aside."""
        for row in list(self.rows[model].values()):
            if archived or row.get("active", True):
                yield row

    def value(self, model: str, row: Row, name: str) -> Any:
        """Return what is in a field: ids of records, ``False`` for nothing."""
        if name == "id":
            return row["id"]
        if name == "display_name":
            return display(self, model, row)
        spec = self.schema[model][name]
        if (model, name) in COMPUTED:
            return COMPUTED[model, name](self, row)
        if spec.startswith("o2m"):
            _, other, back = spec.split()
            return [one["id"] for one in self.of(other) if one[back] == row["id"]]
        return row[name]

    def record(self, model: str, record: int) -> Row | None:
        return self.rows[model].get(record)

    def target(self, model: str, name: str) -> str:
        """Return which model a field points at, or "" if it does not."""
        spec = self.schema[model].get(name, "")
        return spec.split()[1] if spec[:3] in ("m2o", "m2m", "o2m") else ""

    def checked(self, model: str, names: Any) -> None:
        for name in names:
            if name not in self.schema[model] and name not in ("id", "display_name"):
                raise FieldError(f"Invalid field {name!r} on model {model!r}")

    def _remember(self, model: str, record: int) -> None:
        row = self.rows[model].get(record)
        self._before.append((model, record, dict(row) if row else None))
