"""The data dictionary: every table and column of the warehouse, made from PostgreSQL's catalog (``make docs``)."""

import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

from tasks.warehouse.engine import open_engine
from tasks.warehouse.session import county_session

SCHEMAS = {
    "mart": "for BI and everybody else: no personal data",
    "internal": "exact aggregates, for named county staff",
    "core": "history without names, for case work",
    "vault": "names, birth dates, contact data, source ids",
    "quarantine": "rejected rows by place and rule",
    "ops": "runs, audit, releases, seals",
    "raw": "registry of the archived files",
}


def dictionary_page(url: str) -> str:
    """Return the page for the warehouse at ``url``."""
    engine = open_engine(url)
    try:
        with county_session(engine, "") as session:
            columns = session.rows_of("publish/catalog")
    finally:
        engine.dispose()
    parts = ["# Data dictionary", "", "Every table and column, from the comments in the database. `*` never empty,"]
    parts += ["key columns in bold. `v` is a view."]
    for schema, audience in SCHEMAS.items():
        parts += ["", f"## {schema}", "", f"{audience[0].upper()}{audience[1:]}."]
        own = [column for column in columns if column["schema_name"] == schema]
        for table, found in groupby(own, key=lambda column: column["table_name"]):
            parts += ["", *_table(f"{schema}.{table}", list(found))]
    return "\n".join([*parts, ""])


def _table(name: str, columns: list[dict[str, Any]]) -> list[str]:
    head = f"### {name}{' (v)' if columns[0]['is_view'] else ''}"
    lines = [head, "", f"{columns[0]['table_comment']}.", "", "| column | type | meaning |", "|---|---|---|"]
    for column in columns:
        written = f"`{column['column_name']}`"
        label = f"**{written}**" if column["is_key"] else written
        star = "*" if column["is_required"] and not column["is_key"] else ""
        lines.append(f"| {label}{star} | {column['column_type']} | {column['column_comment']} |")
    return lines


def page_of_new_warehouse() -> str:
    """Return the page for a warehouse made for it on the embedded server, which is removed again."""
    from tasks.warehouse.embedded import ensure_server, remove_server
    from tasks.warehouse.migrate import upgrade

    with tempfile.TemporaryDirectory(prefix="dictionary-") as name:
        Path(name).chmod(0o711)  # the server's account passes through
        state = Path(name) / "state"
        try:
            url = ensure_server(state).url
            upgrade(url)
            return dictionary_page(url)
        finally:
            remove_server(state)
