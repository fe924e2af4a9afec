"""Sections of released breakdowns: communes, target group, sex, age."""

from schemas.messages import say
from tasks.report import charts
from tasks.report.blocks import Block, Cell, Picture, Section, Table
from tasks.report.facts import ReportFacts, day
from tasks.report.sentences import protection_sentence
from tasks.report.wording import words

COUNTS = ("contacted", "entered", "placed")
ROUNDED_TOTAL = "rounded_total"
MOST_COMMUNES = 16
"""Communes in one picture: more do not fit a page."""


def communes_section(facts: ReportFacts, release: str) -> Section:
    """Released counts by commune as bars and table."""
    names = {commune.ags: commune.name for commune in facts.county.codelists.communes}
    rows = _breakdown(facts, "commune", names)
    series = words("report_series")
    bars = [
        (str(row[0]), series[place], value if isinstance(value := row[place + 1], int) else None)
        for row in rows
        for place in range(len(COUNTS))
        if row[0] not in (say("report_rounded_total"), say("report_other"))
    ]
    caption = (
        say("report_communes_exact", as_of=day(facts.as_of))
        if facts.is_exact
        else say("report_communes_caption", release=release)
    )
    blocks: list[Block] = [protection_sentence(facts, release)]
    if any(value is not None for _, _, value in bars):
        blocks += _pictures(bars, caption)
    blocks.append(
        Table(say("report_sheet_communes"), caption, (say("report_commune"), *series), tuple(rows), (1, 2, 3))
    )
    return Section(say("report_communes"), tuple(blocks))


def _pictures(bars: list[tuple[str, str, int | None]], caption: str) -> list[Picture]:
    """Return one picture for a county of usual size, several where one would be longer than a page."""
    names = list(dict.fromkeys(name for name, _, _ in bars))
    count = -(-len(names) // MOST_COMMUNES)
    size = -(-len(names) // count)
    pictures = []
    for number in range(count):
        part = set(names[number * size : (number + 1) * size])
        says = caption if count == 1 else f"{caption}, {number + 1}/{count}"
        drawn = charts.grouped_bars([bar for bar in bars if bar[0] in part])
        pictures.append(Picture(f"communes-{number + 1}", drawn, says))
    return pictures


def groups_section(facts: ReportFacts) -> Section:
    """Released counts by target group, sex and age band."""
    tables = []
    for dimension in ("residence_group", "sex", "age_band"):
        known = sorted({r["member"] for r in facts.figures if r["dimension"] == dimension} - {"other", ROUNDED_TOTAL})
        names = {member: say(f"report_{dimension}_{member}") for member in known}
        rows = _breakdown(facts, dimension, names)
        head = (say(f"report_{dimension}"), *words("report_series"))
        tables.append(
            Table(say(f"report_{dimension}"), say(f"report_{dimension}_caption"), head, tuple(rows), (1, 2, 3))
        )
    return Section(say("report_groups"), tuple(table for table in tables if table.rows))


def _breakdown(facts: ReportFacts, dimension: str, members: dict[str, str]) -> list[tuple[Cell, ...]]:
    """Return a row a member that is shown in any figure, the rounded total last."""
    known = {r["member"] for r in facts.figures if r["dimension"] == dimension}
    rows: list[tuple[Cell, ...]] = []
    for member, name in {**members, "other": say("report_other"), ROUNDED_TOTAL: say("report_rounded_total")}.items():
        cells = [facts.cell(kpi, dimension, member) for kpi in COUNTS]
        if member in known and not (member == "other" and not any(cells)):
            rows.append((name, *cells))
    return rows
