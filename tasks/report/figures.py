"""Sections of figures: the result of goal 4, the goals, all KPIs, what is counted."""

from schemas.messages import language, say
from tasks.report import charts
from tasks.report.blocks import Block, Cell, Picture, Section, Table
from tasks.report.facts import ReportFacts, Row, day, number
from tasks.report.sentences import BRIDGE, bridge_sentence, goal_four
from tasks.report.wording import change_of, label_of, shown, verdict, words

COUNTS = ("contacted", "entered", "placed")
MODES = ("cumulative", "period", "cohort")


def result_section(facts: ReportFacts) -> Section:
    """The result of goal 4: the county's sentences, the bridge as picture and table."""
    values = [int(row["numerator"]) for kpi in BRIDGE if (row := facts.total(kpi))]
    new, regular, both, placed = values
    names = words("report_bridge_steps")
    steps = (
        (names[0], 0, new, f"{new}"),
        (names[1], new, new + regular, f"+ {regular}"),
        (names[2], placed, new + regular, f"− {both}"),
        (names[3], 0, placed, f"= {placed}"),
    )
    table = Table(
        say("report_sheet_bridge"),
        bridge_sentence(facts),
        names,
        ((f"{new}", f"{regular}", f"{both}", f"{placed}"),),
        (0, 1, 2, 3),
    )
    picture = Picture("bridge", charts.bridge(steps), bridge_sentence(facts))
    return Section(say("report_result"), (*goal_four(facts), picture, table))


def goals_section(facts: ReportFacts) -> Section:
    """The goals of the school year with target, actual and change; empty without goals."""
    rows: list[tuple[Cell, ...]] = []
    for goal in facts.county.goals:
        if goal.period != facts.period:
            continue
        text = goal.text_en if language() == "en" else goal.text_de
        for place, kpi in enumerate(goal.kpis):
            row = facts.total(kpi)
            if row is not None:
                rows.append((goal.number, text if place == 0 else "", *_measured(facts, row)))
    if not rows:
        return Section(say("report_goals"), ())
    table = Table(
        say("report_sheet_goals"),
        say("report_goals_caption", period=facts.period),
        words("report_goals_head"),
        tuple(rows),
        (3, 4, 5),
    )
    return Section(say("report_goals"), (table,))


def _measured(facts: ReportFacts, row: Row) -> tuple[Cell, ...]:
    return (
        label_of(facts, row),
        shown(facts, row, "target"),
        shown(facts, row, "value"),
        change_of(facts, row),
        verdict(row),
    )


def figures_section(facts: ReportFacts) -> Section:
    """Every KPI, the main ones in three modes, and how the totals went."""
    rows = [
        row for one in facts.county.kpis if (row := facts.total(one.kpi)) and row["kpi_version"] == str(one.version)
    ]
    body = tuple(
        (label_of(facts, row), number(row["numerator"]), number(row["denominator"]), *_measured(facts, row)[1:])
        for row in rows
    )
    head = words("report_figures_head")
    table = Table(say("report_sheet_figures"), say("report_figures_caption"), head, body, (1, 2, 3, 4, 5))
    modes = tuple(
        (label_of(facts, row), *(_mode_value(facts, row["kpi"], mode) for mode in MODES))
        for row in rows
        if row["kpi"] in (*COUNTS, "entry_rate", "placement_rate")
    )
    by_mode = Table(
        say("report_sheet_modes"),
        say("report_modes_caption"),
        (head[0], *(say(f"mode_{m}") for m in MODES)),
        modes,
        (1, 2, 3),
    )
    history = [
        (r["as_of"], label_of(facts, r), float(r["value"])) for r in facts.tables["history"] if r["value"] is not None
    ]
    blocks: tuple[Block, ...] = (table, say("report_literal_note"), by_mode)
    if len({when for when, _, _ in history}) > 1:
        blocks += (Picture("history", charts.lines(history), say("report_history")), _history_table(facts))
    return Section(say("report_figures"), blocks)


def _mode_value(facts: ReportFacts, kpi: str, mode: str) -> Cell:
    row = facts.total(kpi, mode)
    return None if row is None else shown(facts, row, "value")


def _history_table(facts: ReportFacts) -> Table:
    days = sorted({row["as_of"] for row in facts.tables["history"]})
    found = {(row["as_of"], row["kpi"]): number(row["value"]) for row in facts.tables["history"]}
    names = [row for kpi in COUNTS if (row := facts.total(kpi))]
    head = (say("report_day"), *(label_of(facts, row) for row in names))
    rows = tuple((day(when), *(found.get((when, row["kpi"])) for row in names)) for when in days)
    return Table(say("report_sheet_history"), say("report_history"), head, rows, (1, 2, 3))


def definitions_section(facts: ReportFacts) -> Section:
    """Definitions and cut-off."""
    rows = [
        row for one in facts.county.kpis if (row := facts.total(one.kpi)) and row["kpi_version"] == str(one.version)
    ]
    body = tuple(
        (label_of(facts, row), one.numerator_text, one.denominator_text or None, f"{one.version}", one.source)
        for row in rows
        if (one := facts.definition(row))
    )
    cut_off = say("report_cut_off", end=day(rows[0]["period_to"]), as_of=day(facts.as_of))
    table = Table(
        say("report_sheet_definitions"), say("report_definitions_caption"), words("report_definitions_head"), body
    )
    return Section(say("report_definitions"), (cut_off, table))
