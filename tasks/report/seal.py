"""What a seal signs, its hash, and where a recomputation differs from it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from config.county import County
from tasks.report.blocks import Report
from tasks.report.facts import Row


def seal_document(
    county: County, report: Report, rows: Sequence[Row], inputs: Sequence[Row], late: Sequence[Row]
) -> dict[str, Any]:
    """Return what a seal signs, with ``sha256`` over everything else in it (canonical JSON).

    ``late`` is the Nachmeldung: figures of earlier seals that facts known since have changed.
    """
    document: dict[str, Any] = {
        "county": county.key,
        "period": report.period,
        "mode": "cumulative",
        "as_of": report.as_of,
        "known_on": report.as_of,
        "config_hash": county.config_hash,
        "definitions": [asdict_plain(one) for one in county.kpis],
        "inputs": [dict(row) for row in inputs],
        "late_facts": [dict(row) for row in late],
        "figures": {
            row["kpi"]: {name: _plain(row[name]) for name in ("numerator", "denominator", "value")}
            for row in rows
            if row["dimension"] == "all"
        },
    }
    return {**document, "sha256": hash_of(document)}


def hash_of(document: Mapping[str, Any]) -> str:
    """Return the hash over a document without its own ``sha256``."""
    signed = {name: value for name, value in document.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(signed, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def asdict_plain(definition: Any) -> dict[str, Any]:
    """Return a definition as plain JSON values."""
    found: dict[str, Any] = json.loads(json.dumps(asdict(definition), default=str))
    return found


def changed_definitions(document: Mapping[str, Any], county: County) -> list[str]:
    """Return the KPIs whose signed version reads otherwise today or is gone; ends and targets may come later."""

    def content(definition: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in definition.items() if name not in ("valid_to", "targets")}

    today = {(one.kpi, str(one.version)): content(asdict_plain(one)) for one in county.kpis}
    signed = document["definitions"]
    return sorted({one["kpi"] for one in signed if today.get((one["kpi"], str(one["version"]))) != content(one)})


def _plain(value: Any) -> str | None:
    """Return a figure as text: twelve decimals at most, so that a recomputation compares digit by digit."""
    return None if value is None else f"{Decimal(str(value)):.12f}".rstrip("0").rstrip(".")


def differences(document: Mapping[str, Any], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return every figure of a sealed document that the recomputed rows do not repeat.

    A figure that was signed hidden (suppressed, without a numerator) says nothing that could differ.
    """
    found = {row["kpi"]: row for row in rows}
    wrong = []
    for kpi, signed in document["figures"].items():
        if signed["numerator"] is None:
            continue
        now = {name: _plain(found[kpi][name]) if kpi in found else None for name in signed}
        if now != signed:
            wrong.append({"kpi": kpi, "sealed": signed, "recomputed": now})
    return wrong
