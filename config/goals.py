"""The programme's goals as agreed for a school year: text, and the KPIs that show whether they are met.

One file a school year (``goals/2020-21.yaml``): ``period``, and under ``goals`` a
mapping of the goal's number to its texts. A goal without KPIs is described, not measured.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.kpis import KpiDefinition, is_school_year
from config.problems import suggest
from config.yaml_marks import Section


@dataclass(frozen=True)
class Goal:
    """One goal of one school year; ``kpis`` are codes, in the order in which they are shown."""

    period: str
    number: str
    text_de: str
    text_en: str
    kpis: tuple[str, ...]


def read_goals(
    files: Mapping[str, Path], kpis: tuple[KpiDefinition, ...], open_file: Callable[[Path], Section | None]
) -> tuple[Goal, ...]:
    """Read every goals file in use; goals are ordered by school year, then as written."""
    known = {definition.kpi for definition in kpis}
    found: list[Goal] = []
    for file in files.values():
        section = open_file(file)
        if section is not None:
            found += _read_year(section, known)
    return tuple(sorted(found, key=lambda goal: goal.period))


def _read_year(section: Section, known: set[str]) -> list[Goal]:
    period = section.required_text("period")
    if period and not is_school_year(period):
        section.report("period", "E152", key=period)
    goals, year = section.section("goals"), []
    for number in goals.entries:
        goal = goals.section(number)
        codes = goal.texts("kpis")
        for code in codes:
            if code not in known:
                goal.report("kpis", "E155", kpi=code, hint=suggest(code, known))
        year.append(Goal(period, number, goal.required_text("text_de"), goal.required_text("text_en"), codes))
        goal.close()
    section.close()
    return year
