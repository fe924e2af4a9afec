"""Tables of ``mart`` as files for others: CSV, Parquet, and both as a Frictionless data package.

Rule: only what BI may read leaves, the county's own rows, in key order, with the
catalog's comments as descriptions. A data package is a folder with one CSV a
table and ``datapackage.json`` (Data Package v1, profile tabular-data-package).
"""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from schemas.errors import UsageError
from tasks.warehouse.session import CountySession

Format = Literal["csv", "parquet", "package"]
FIELD_TYPES = {
    "text": "string",
    "uuid": "string",
    "text[]": "array",
    "date": "date",
    "boolean": "boolean",
    "integer": "integer",
    "bigint": "integer",
    "numeric": "number",
    "double precision": "number",
    "timestamp with time zone": "datetime",
}
Column = Mapping[str, Any]


def mart_tables(session: CountySession) -> dict[str, list[dict[str, Any]]]:
    """Return the columns of every table and view of ``mart`` by name, as the catalog has them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for column in session.rows_of("publish/catalog"):
        if column["schema_name"] == "mart":
            found.setdefault(column["table_name"], []).append(column)
    return found


def export_tables(
    session: CountySession, county_name: str, names: Sequence[str], form: Format, folder: Path
) -> list[Path]:
    """Write the tables (none named: all) into ``folder`` and return the files.

    Raises:
        UsageError: E725, a name is no table of ``mart``.
    """
    tables = mart_tables(session)
    unknown = [name for name in names if name not in tables]
    if unknown:
        raise UsageError("E725", table=", ".join(unknown), known=", ".join(tables))
    folder.mkdir(parents=True, exist_ok=True)
    chosen = {name: tables[name] for name in (names or tables)}
    if form == "parquet":
        return [_write_parquet(session, name, columns, folder) for name, columns in chosen.items()]
    blank: dict[str, set[str]] = {}
    paths = [_write_csv(session, name, columns, folder, blank) for name, columns in chosen.items()]
    if form == "package":
        paths.append(_write_package(county_name, chosen, paths, blank, folder))
    return paths


def _rows(session: CountySession, name: str, columns: Sequence[Column]) -> list[dict[str, Any]]:
    listed = ", ".join(f'"{column["column_name"]}"' for column in columns)
    keys = [f'"{column["column_name"]}"' for column in columns if column["is_key"]] or ["1"]
    own = "WHERE county = :county" if any(column["column_name"] == "county" for column in columns) else ""
    return session.rows(f"SELECT {listed} FROM mart.{name} {own} ORDER BY {', '.join(keys)}")


def _write_csv(
    session: CountySession, name: str, columns: Sequence[Column], folder: Path, blank: dict[str, set[str]]
) -> Path:
    """Write one table; ``blank`` learns which columns hold an empty text, which CSV cannot tell from nothing."""
    blank[name] = set()
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(column["column_name"] for column in columns)
        for row in _rows(session, name, columns):
            writer.writerow(_text(value) for value in row.values())
            blank[name].update(column for column, value in row.items() if value == "")
    return path


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _write_parquet(session: CountySession, name: str, columns: Sequence[Column], folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "string": pa.string(),
        "array": pa.list_(pa.string()),
        "date": pa.date32(),
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "datetime": pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema(
        [
            pa.field(
                column["column_name"], types[_field_type(column)], metadata={"description": column["column_comment"]}
            )
            for column in columns
        ],
        metadata={"description": columns[0]["table_comment"]},
    )
    plain = [{key: _plain(value) for key, value in row.items()} for row in _rows(session, name, columns)]
    path = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist(plain, schema=schema), path)
    return path


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, (str, int, float, date, datetime, list)) or value is None else str(value)


def _field_type(column: Column) -> str:
    return FIELD_TYPES.get(column["column_type"].split("(")[0], "string")


def _is_filled(column: Column, blank: set[str]) -> bool:
    """A run without a number has an empty text in its key: not missing, but a reader of the CSV would say so."""
    return bool(column["is_required"]) and column["column_name"] not in blank


def _write_package(
    county_name: str,
    tables: Mapping[str, Sequence[Column]],
    paths: Sequence[Path],
    blank: Mapping[str, set[str]],
    folder: Path,
) -> Path:
    resources = []
    for (name, columns), path in zip(tables.items(), paths, strict=True):
        content = path.read_bytes()
        fields = [
            {
                "name": column["column_name"],
                "type": _field_type(column),
                "description": column["column_comment"],
                **({"constraints": {"required": True}} if _is_filled(column, blank[name]) else {}),
            }
            for column in columns
        ]
        keys = [column["column_name"] for column in columns if column["is_key"]]
        resources.append(
            {
                "name": name.replace("_", "-"),
                "path": path.name,
                "profile": "tabular-data-resource",
                "description": columns[0]["table_comment"],
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": {"fields": fields, "missingValues": [""], **({"primaryKey": keys} if keys else {})},
            }
        )
    document = {
        "profile": "tabular-data-package",
        "name": "teilhabe-mart",
        "title": f"teilhabe: {county_name}",
        "resources": resources,
    }
    path = folder / "datapackage.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path
