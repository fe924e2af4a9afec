"""Read JSON: a list of objects, or an object of such lists (one table each).

Inner objects become dotted names (``a.b``), lists are joined by ``|``; numbers stay as
they were written. An envelope, an object that holds nothing but objects, is opened
(``{"_embedded": {"termine": […]}, "page": {…}}``). An object without any list of objects is one record.
"""

import json
from pathlib import Path
from typing import Any

from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.encodings import choose_encoding, utf8_blocks
from tasks.conform.reading.flat_table import write_records
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sink import Sink

MAX_DEPTH = 20


def load_json(request: ReadRequest) -> Any:
    """Return the parsed document, numbers as text."""
    encoding, skip = choose_encoding(request.path, request.encoding)
    data = b"".join(utf8_blocks(request.path, encoding, skip))
    if not data.strip():
        raise Refused("E350")
    try:
        return json.loads(data, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise Refused("E302", kind="JSON") from None


def read_json(request: ReadRequest, limits: ReadLimits, workdir: Path) -> list[tuple[dict[str, object], Sink, Path]]:
    """Read each list of objects into a table of its own; ``sheet`` picks one by its name."""
    tables = record_lists(load_json(request))
    if request.sheet is not None:
        wanted = str(request.sheet)
        tables = {name: rows for name, rows in tables.items() if name == wanted}
        if not tables:
            raise Refused("E309", sheet=wanted)
    written: list[tuple[dict[str, object], Sink, Path]] = []
    for index, (name, rows) in enumerate(tables.items()):
        out = workdir / f"sheet-{index}.arrow"
        sink = write_records([(n, flatten(row)) for n, row in enumerate(rows, 1)], out, limits)
        written.append(({"sheet": name, "header_row": 0, "format": "json"}, sink, out))
    return written


def record_lists(document: Any) -> dict[str | None, list[dict[str, Any]]]:
    """Return the lists of objects by name; a list at the top has none."""
    if isinstance(document, list):
        return {None: _objects(document)}
    if not isinstance(document, dict):
        raise Refused("E358")
    lists = _lists_in(document)
    if not lists and document and all(isinstance(inner, dict) for inner in document.values()):
        lists = {name: rows for inner in document.values() for name, rows in _lists_in(inner).items()}
    return lists or {None: [document]}


def _lists_in(holder: dict[str, Any]) -> dict[str | None, list[dict[str, Any]]]:
    """Return the lists of objects that ``holder`` names; one that holds an empty list alone names no records."""
    lists = {k: v for k, v in holder.items() if isinstance(v, list) and v and isinstance(v[0], dict)}
    if not lists and list(holder.values()) == [[]]:
        return {next(iter(holder)): []}
    return {name: _objects(rows) for name, rows in lists.items()}


def _objects(rows: list[Any]) -> list[dict[str, Any]]:
    if not all(isinstance(row, dict) for row in rows):
        raise Refused("E358")
    return rows


def flatten(record: dict[str, Any]) -> dict[str, str]:
    """Return dotted names to texts; several values of one name are joined by ``|``."""
    flat: dict[str, list[str]] = {}
    _collect(record, "", flat, 0)
    return {name: "|".join(values) for name, values in flat.items()}


def _collect(value: Any, name: str, flat: dict[str, list[str]], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Refused("E302", kind="JSON")
    if isinstance(value, dict):
        for key, inner in value.items():
            _collect(inner, f"{name}.{key}" if name else key, flat, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, name, flat, depth + 1)
    elif value is None:
        flat.setdefault(name, [])
    else:
        flat.setdefault(name, []).append(str(value).lower() if isinstance(value, bool) else str(value))
