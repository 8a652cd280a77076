"""What can be called on every model, and how Odoo writes what points at records."""

from __future__ import annotations

from typing import Any

from tests.mappings.odoo.fake.domains import compiled
from tests.mappings.odoo.fake.errors import AccessError, OdooError, gone
from tests.mappings.odoo.fake.rights import CREATE, READ, WRITE, Env
from tests.mappings.odoo.fake.schema import ORDER
from tests.mappings.odoo.fake.tables import Row


def search_rows(
    env: Env,
    model: str,
    domain: list[Any],
    order: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Row]:
    env.check(model, READ)
    tables, test = env.tables, compiled(env.tables, model, domain)
    archived = env.context.get("active_test") is False
    rows = [
        row
        for row in tables.of(model, archived=archived)
        if test(row) and env.sees(model, row)
    ]
    for part in reversed((order or ORDER.get(model, "id")).split(",")):
        name, _, way = part.strip().partition(" ")
        rows.sort(key=_sortable(env, model, name), reverse=way == "desc")
    return rows[offset : offset + limit if limit else None]


def search(env: Env, model: str, domain: list[Any], **how: Any) -> list[int]:
    return [row["id"] for row in search_rows(env, model, domain, **how)]


def search_count(env: Env, model: str, domain: list[Any]) -> int:
    return len(search_rows(env, model, domain))


def search_read(
    env: Env, model: str, domain: list[Any], fields: list[str], **how: Any
) -> list[Row]:
    rows = search_rows(env, model, domain, **how)
    return [shown(env, model, row, fields) for row in rows]


def read(env: Env, model: str, ids: list[int], fields: list[str]) -> list[Row]:
    """Show also what was put aside, and pass over what is not there."""
    env.check(model, READ)
    found = [row for one in ids if (row := env.tables.record(model, one))]
    for row in found:
        if not env.sees(model, row):
            raise AccessError(f"Uh-oh! ... doesn't have 'read' access to: {model}")
    return [shown(env, model, row, fields) for row in found]


def shown(env: Env, model: str, row: Row, fields: list[str]) -> Row:
    env.tables.checked(model, fields)
    env.check_fields(model, fields)
    return {"id": row["id"], **{one: _shown(env, model, row, one) for one in fields}}


def _shown(env: Env, model: str, row: Row, name: str) -> Any:
    value = env.tables.value(model, row, name)
    spec = env.tables.schema[model].get(name, "")
    if spec.startswith("m2o") and value:
        target = env.tables.target(model, name)
        above = env.tables.rows[target][value]
        return [value, env.tables.value(target, above, "display_name")]
    return value


def create(env: Env, model: str, values: Any) -> Any:
    """Add one record, or several: then none if one of them is bad."""
    env.check(model, CREATE)
    if isinstance(values, list):
        return [create(env, model, one) for one in values]
    return write_fields(env, model, None, values)


def write(env: Env, model: str, ids: list[int], values: Row) -> bool:
    env.check(model, WRITE)
    for one in ids:
        row = env.tables.record(model, one)
        if row is None:
            raise gone(model, one, env.user)
        if not env.sees(model, row):
            raise AccessError(f"Uh-oh! ... doesn't have 'write' access to: {model}")
        write_fields(env, model, one, values)
    return True


def write_fields(env: Env, model: str, record: int | None, values: Row) -> int:
    """Write the fields of a record, a new one for ``None``; then what is below it."""
    tables = env.tables
    tables.checked(model, values)
    below = {name: values[name] for name in values if _is_below(env, model, name)}
    plain = {
        name: _stored(env, model, record, name, value)
        for name, value in values.items()
        if name not in below
    }
    if record is None:
        record = tables.add(model, **plain)
    else:
        tables.change(model, record, **plain)
    for name, commands in below.items():
        _, target, back = tables.schema[model][name].split()
        for command in commands:
            _write_below(env, target, back, record, command)
    return record


def _is_below(env: Env, model: str, name: str) -> bool:
    return env.tables.schema[model][name].startswith("o2m")


def _write_below(
    env: Env, model: str, back: str, record: int, command: list[Any]
) -> None:
    from tests.mappings.odoo.fake.models import METHODS

    match command:
        case [0, _, values]:
            new = METHODS.get((model, "create"), create)
            new(env, model, {**values, back: record})
        case [1, one, values]:
            changed = METHODS.get((model, "write"), write)
            changed(env, model, [one], values)
        case _:
            raise OdooError(f"the fake does not know the command {command}")


def _stored(env: Env, model: str, record: int | None, name: str, value: Any) -> Any:
    """Return what is kept of a value: Odoo refuses what would not fit."""
    spec = env.tables.schema[model][name]
    if spec.startswith("m2m"):
        row = env.tables.record(model, record) if record else None
        return _linked(row[name] if row else [], value)
    if value is False or value is None:
        return 0.0 if spec == "float" else False
    kinds: dict[str, Any] = {"char": str, "date": str, "float": (int, float)}
    kind = kinds.get(spec, (int, str))
    if not isinstance(value, kind):
        raise OdooError(f"{name}: {value!r} is no {spec}", "builtins.TypeError")
    return float(value) if spec == "float" else value


def _linked(has: list[int], commands: list[Any]) -> list[int]:
    linked = list(has)
    for command in commands:
        match command:
            case [4, one, *_]:
                linked += [] if one in linked else [one]
            case [3, one, *_]:
                linked = [other for other in linked if other != one]
            case [6, _, ids]:
                linked = list(ids)
            case _:
                raise OdooError(f"the fake does not know the command {command}")
    return sorted(linked)


def _sortable(env: Env, model: str, name: str) -> Any:
    def key(row: Row) -> Any:
        value = env.tables.value(model, row, name)
        return value if value is not False else ""

    return key


GENERAL = {
    "search": search,
    "search_count": search_count,
    "search_read": search_read,
    "read": read,
    "create": create,
    "write": write,
}
