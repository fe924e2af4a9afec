"""The steering report of a school year: written, sealed, verified."""

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from config.county import County
from config.rules import read_rules
from schemas.errors import UsageError
from tasks.private_file import write_private
from tasks.publish.answers import published_day, published_figures
from tasks.publish.figures import compute_figures
from tasks.report.blocks import Report
from tasks.report.facts import ReportFacts
from tasks.report.html_page import html_of
from tasks.report.pdf_pages import pdf_of
from tasks.report.seal import changed_definitions, differences, hash_of, seal_document
from tasks.report.sections import build_report
from tasks.report.workbook import workbook_of
from tasks.run import rule_codes
from tasks.warehouse.runs import current_actor, write_audit
from tasks.warehouse.session import CountySession

MODE = "cumulative"
MOVING = ("rows_rejected", "unmet_needs")
"""Tickets and proposals go on with later nights: these figures are held against what was stored that night."""
TREND = timedelta(weeks=4)
"""How long ago the state was that a figure's change is counted from, at least."""


def write_report(
    session: CountySession,
    county: County,
    period: str,
    folder: Path,
    day: date | None,
    *,
    seal: bool,
    audience: str = "released",
) -> tuple[list[Path], Report]:
    """Write the report of a period as published by ``day`` into ``folder``; with ``seal`` sign and keep its figures.

    For the audience ``steering`` the breakdowns are those of ``internal.kpi``: exact, of that day, in files that
    their owner alone may read. A seal is for everybody and holds released figures.

    Raises:
        UsageError: E806 nothing is published, E805 nothing for this period, E827 a seal on exact figures.
    """
    is_exact = audience == "steering"
    if is_exact and seal:
        raise UsageError("E827")
    known = published_day(session, day)
    if known is None:
        raise UsageError("E806")
    figures = published_figures(session, known, exact=is_exact, period=period).rows
    rows = [row for row in figures if row["mode"] == MODE]
    if not rows:
        raise UsageError("E805", period=period, as_of=known)
    sealed = session.value("SELECT count(*) FROM ops.seal WHERE county = :county AND period = :period", period=period)
    state = ("reissued" if sealed else "sealed") if seal else "draft"
    facts = replace(_facts(session, county, period, known, state, figures), is_exact=is_exact)
    report = build_report(facts)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"bericht-{period.replace('/', '-')}"
    ending = "-steuerung" if is_exact else ""
    paths = [folder / f"{stem}{ending}.{kind}" for kind in ("html", "pdf", "xlsx")]
    forms = (html_of(report).encode(), pdf_of(report), workbook_of(report))
    for path, content in zip(paths, forms, strict=True):
        if is_exact:
            write_private(path, content)
        else:
            path.write_bytes(content)
    if seal:
        late = [{**row, "sealed_as_of": row["sealed_as_of"].isoformat()} for row in facts.tables["late"]]
        paths.append(_seal(session, county, report, rows, late, folder / f"{stem}.seal.json"))
    return paths, report


def _facts(
    session: CountySession, county: County, period: str, as_of: date, state: str, figures: list[dict[str, Any]]
) -> ReportFacts:
    before = published_day(session, as_of - TREND)
    earlier = published_figures(session, before, exact=False, period=period, mode=MODE).rows if before else []
    counted = next(row for row in figures if row["mode"] == MODE)
    window = {name: counted[name] for name in ("period_from", "period_to")}
    tables = {
        "history": session.rows_of("report/history", period=period, as_of=as_of),
        "network": session.rows_of("report/network"),
        "meetings": session.rows_of("report/meetings", body=county.steering_body, **window),
        "supply": session.rows_of("report/supply"),
        "unmet": session.rows_of("report/unmet"),
        "quality": session.rows_of("report/quality"),
        "measures": session.rows_of("match/cluster_decisions"),
        "seals": (seals := _seals(session, period, as_of)),
        "late": _late_facts(session, seals, as_of),
    }
    order = read_rules(county.rule_files, rule_codes(county)).order_on(as_of)
    return ReportFacts(county, period, as_of, state, figures, earlier, tables, dict(order.gap_minimum_size))


def _seal(
    session: CountySession,
    county: County,
    report: Report,
    rows: list[dict[str, Any]],
    late: list[dict[str, Any]],
    path: Path,
) -> Path:
    inputs = session.rows_of("report/inputs", known_on=date.fromisoformat(report.as_of))
    document = seal_document(county, report, rows, inputs, late)
    session.insert(
        "ops.seal",
        [
            {
                "period": report.period,
                "state": report.state,
                "as_of": date.fromisoformat(report.as_of),
                "sealed_by": current_actor(),
                "sha256": document["sha256"],
                "document": json.dumps(document, ensure_ascii=False),
            }
        ],
    )
    write_audit(session, "seal", object_=report.period, detail={"sha256": document["sha256"]})
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
    return path


def _seals(session: CountySession, period: str, day: date) -> list[dict[str, Any]]:
    """Return the newest seal of this period and of each earlier one, as of ``day``."""
    return session.rows(
        "SELECT DISTINCT ON (period) period, as_of, document FROM ops.seal WHERE county = :county AND "
        "period <= :period AND as_of <= :day ORDER BY period, seal_id DESC",
        period=period,
        day=day,
    )


def _late_facts(session: CountySession, seals: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    """Return the Nachmeldung: figures of sealed reports, this period's and earlier ones', that later facts changed."""
    late = []
    for sealed in seals:
        now = published_figures(session, day, exact=False, period=sealed["period"], mode=MODE).rows
        totals = [row for row in now if row["dimension"] == "all"]
        late += [
            {"period": sealed["period"], "sealed_as_of": sealed["as_of"], **_as_late(found)}
            for found in differences(sealed["document"], totals)
        ]
    return late


def _as_late(found: dict[str, Any]) -> dict[str, Any]:
    return {"kpi": found["kpi"], "sealed": found["sealed"], "now": found["recomputed"]}


def verify_seal(session: CountySession, county: County, path: Path) -> dict[str, Any]:
    """Recompute a sealed sheet from what was known on its day; the session is the caller's to roll back.

    Returns whether the file is whole (its hash holds and it was sealed here), the
    figures that differ, how many were published as they are signed, what of the
    configuration is another one since, and how many erasures came.

    Raises:
        UsageError: E824, the file is no seal of this county.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        period, mode = document["period"], document["mode"]
        as_of, known_on = date.fromisoformat(document["as_of"]), date.fromisoformat(document["known_on"])
        whole = hash_of(document) == document["sha256"] and document["county"] == county.key
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError("E824", file=path.name) from None
    kept = session.value(
        "SELECT count(*) FROM ops.seal WHERE county = :county AND sha256 = :sha256", sha256=document["sha256"]
    )
    erased = session.rows(
        "SELECT count(*) AS persons, coalesce(sum((detail ->> 'facts')::bigint), 0)::bigint AS facts "
        "FROM ops.audit WHERE county = :county AND action = 'erase' AND at > coalesce("
        "(SELECT max(s.sealed_at) FROM ops.seal AS s WHERE s.county = :county AND s.sha256 = :sha256), now())",
        sha256=document["sha256"],
    )[0]
    compute_figures(session, county, as_of, known_on)
    stored = session.rows(
        "SELECT kpi, numerator, denominator, value FROM internal.kpi WHERE county = :county AND period = :period AND "
        "mode = :mode AND dimension = 'all' AND as_of = :as_of",
        period=period,
        mode=mode,
        as_of=as_of,
    )
    recomputed = session.rows(
        "SELECT kpi, numerator, denominator, value FROM figure WHERE period = :period AND mode = :mode AND "
        "dimension = 'all'",
        period=period,
        mode=mode,
    )
    rows = [row for row in recomputed if row["kpi"] not in MOVING] + [row for row in stored if row["kpi"] in MOVING]
    wrong, wrong_then = differences(document, rows), differences(document, stored)
    return {
        "file": path.name,
        "period": period,
        "known_on": document["known_on"],
        "whole": whole and kept > 0,
        "equal": not wrong,
        "differences": wrong,
        "published_equal": len(document["figures"]) - len(wrong_then),
        "config_changed": document["config_hash"] != county.config_hash,
        "definitions_changed": changed_definitions(document, county),
        "erased_since": erased["persons"],
        "facts_erased_since": erased["facts"],
    }
