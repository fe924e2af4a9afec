"""The Nachmeldung: what facts that became known later did to figures that were sealed before."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from schemas.messages import say
from tasks.report.blocks import Cell, Section, Table
from tasks.report.facts import ReportFacts, day
from tasks.report.wording import label_of, shown, words


def late_section(facts: ReportFacts) -> Section:
    """Every figure of a sealed report that is another one today, or a sentence that none is; empty without seals."""
    seals = facts.tables["seals"]
    if not seals:
        return Section(say("report_late"), ())
    body = tuple(row for late in facts.tables["late"] if (row := _row(facts, late)))
    if not body:
        days = ", ".join(f"{seal['period']} ({day(seal['as_of'])})" for seal in seals)
        return Section(say("report_late"), (say("report_late_none", seals=days),))
    table = Table(
        say("report_late"), say("report_late_caption"), words("report_late_head"), body, right=tuple(range(3, 7))
    )
    return Section(say("report_late"), (table,))


def _row(facts: ReportFacts, late: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return period, day of the seal, KPI, then count and value then and now; the definition is today's."""
    total = facts.total(late["kpi"])
    label = late["kpi"] if total is None else label_of(facts, total)
    cells: list[Cell] = [late["period"], day(late["sealed_as_of"]), label]
    for name in ("numerator", "value"):
        for state in ("sealed", "now"):
            text = late[state][name]
            number = None if text is None else Decimal(text)
            row = {**(total or {}), "numerator": number, "value": number}
            cells.append(text if total is None else shown(facts, row, name) if name == "value" else _count(number))
    return tuple(cells)


def _count(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}".replace(".", ",")
