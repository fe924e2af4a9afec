"""Reading the ``records`` of a source: which delivered header feeds which canonical column."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import yaml

from config.codelists import Codelists
from config.problems import suggest
from config.sources import ColumnMapping, RecordMapping
from config.yaml_marks import Section
from schemas.kinds import KINDS, Column, Kind
from schemas.messages import say

SELF_DESCRIBING = ("openqcat", "hsds")
"""Formats that name their fields as the contract does: what a mapping leaves out is taken under its own name."""


@dataclass(frozen=True)
class Terms:
    """What mappings are checked against: the format's type, date formats, code lists."""

    form: str
    dates: tuple[str, ...]
    codelists: Codelists


_BOOLEANS = ("ja", "nein", "yes", "no", "true", "false", "wahr", "falsch", "1", "0", "x")
_SHAPES = {"ags": re.compile(r"[0-9]{8}"), "nationality": re.compile(r"[A-Z]{3}"), "postcode": re.compile(r"[0-9]{5}")}


def read_records(section: Section, terms: Terms) -> dict[str, tuple[RecordMapping, ...]]:
    """Read ``records``; unknown kinds, columns and codes and unmapped required columns are findings."""
    section.node("records")
    if "records" not in section.entries:
        section.report(None, "E102", key="records")
    kinds = section.section("records")
    records: dict[str, tuple[RecordMapping, ...]] = {}
    for name, (key, node) in kinds.entries.items():
        kind = KINDS.get(name)
        if kind is None:
            kinds.reader.report(key, "E120", kind=name, hint=suggest(name, KINDS))
            continue
        blocks = node.value if isinstance(node, yaml.SequenceNode) else [node]
        mappings = [_read_mapping(kinds, block, kind, terms) for block in blocks]
        records[name] = tuple(mapping for mapping in mappings if mapping is not None)
    return records


def _read_mapping(parent: Section, node: yaml.Node, kind: Kind, terms: Terms) -> RecordMapping | None:
    if not isinstance(node, yaml.MappingNode):
        parent.reader.report(node, "E104", key=kind.name, expected=say("E198"))
        return None
    section = Section(parent.reader, node, node)
    columns: dict[str, ColumnMapping] = {}
    for name, (key, _) in section.entries.items():
        column = kind.by_name.get(name)
        if column is None:
            section.reader.report(key, "E121", kind=kind.name, column=name, hint=suggest(name, kind.names))
            continue
        mapping = _read_column(section, column, terms)
        if mapping is not None:
            columns[name] = mapping
    if terms.form in SELF_DESCRIBING:
        own = {name: ColumnMapping(column=name) for name in kind.names if name not in columns}
        return RecordMapping({**columns, **own})
    _check_required(section, kind)
    return RecordMapping(columns)


def _check_required(section: Section, kind: Kind) -> None:
    mapped = {name for name, (_, node) in section.entries.items() if section.node(name) is not None}
    for column in kind.required:
        if column not in mapped:
            section.report(None, "E122", column=column, kind=kind.name)
    by_name = {"last_name", "first_name", "birth_date"}
    if kind.name == "enrolments" and "person_id" not in mapped and not by_name <= mapped:
        section.report(None, "E123", kind=kind.name)


def _read_column(section: Section, column: Column, terms: Terms) -> ColumnMapping | None:
    node = section.node(column.name)
    if not isinstance(node, yaml.MappingNode):
        name = section.required_text(column.name)
        return ColumnMapping(column=name) if name else None
    parts = section.section(column.name)
    header, const = parts.optional_text("column"), parts.optional_text("const")
    if (header is None) == (const is None):
        section.report(column.name, "E125", key=column.name)
    own_dates = read_dates(parts, "dates")
    terms = replace(terms, dates=own_dates or terms.dates)
    values = _read_values(parts.section("values"), column, terms) if parts.node("values") is not None else None
    default = parts.optional_text("default")
    if default is not None and values is not None:
        default = values.get(default, default)
    mapping = ColumnMapping(
        column=header,
        values=values,
        default=_canonical(parts, "default", default, column, terms),
        split=parts.optional_text("split"),
        dates=own_dates,
        const=_canonical(parts, "const", const, column, terms),
    )
    parts.close()
    return mapping


def _read_values(section: Section, column: Column, terms: Terms) -> dict[str, str]:
    values = section.written()
    for delivered, canonical in values.items():
        if canonical:
            _check_value(section, delivered, canonical, column, terms.codelists)
    return values


def _check_value(section: Section, key: str, value: str, column: Column, codelists: Codelists) -> None:
    """Report a canonical value that the column does not allow."""
    codes = frozenset(column.values) or codelists.codes(column.vocabulary or "")
    if column.type == "bool" and value.lower() not in _BOOLEANS:
        section.report(key, "E124", value=value, column=column.name, hint="")
    elif codes and value not in codes:
        section.report(key, "E124", value=value, column=column.name, hint=suggest(value, codes))
    elif column.vocabulary in _SHAPES and not _SHAPES[column.vocabulary].fullmatch(value):
        section.report(key, "E124", value=value, column=column.name, hint="")


def _canonical(parts: Section, key: str, value: str | None, column: Column, terms: Terms) -> str | None:
    """Return a default or const in canonical form (dates as ISO); one that does not fit is a finding."""
    if value is None:
        return None
    if column.type == "date":
        day = _as_day(value, terms.dates)
        if day is None:
            parts.report(key, "E104", key=key, expected=say("E195"))
        return day.isoformat() if day else None
    if column.type in {"int", "number"} and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        parts.report(key, "E104", key=key, expected=say("E193"))
    _check_value(parts, key, value, column, terms.codelists)
    return value


def _as_day(value: str, dates: tuple[str, ...]) -> date | None:
    for form in ("%Y-%m-%d", *dates):
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def read_dates(section: Section, key: str) -> tuple[str, ...]:
    """Return date formats; one that does not bring day, month and year back is a finding."""
    formats = section.texts(key)
    probe = date(2021, 2, 13)
    for form in formats:
        if _as_day(probe.strftime(form), (form,)) != probe or "%" not in form:
            section.report(key, "E127", key=form)
    return formats
