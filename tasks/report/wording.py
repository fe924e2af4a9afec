"""How figures and labels of the report are put into words."""

from schemas.messages import language, say
from tasks.report.facts import ReportFacts, Row, number, share


def words(key: str) -> tuple[str, ...]:
    """Return the texts of a message that are separated by ``|``."""
    return tuple(say(key).split("|"))


def label_of(facts: ReportFacts, row: Row) -> str:
    """Return a KPI's label in the reader's language."""
    one = facts.definition(row)
    return one.label_en if language() == "en" else one.label_de


def shown(facts: ReportFacts, row: Row, name: str) -> str | None:
    """Return value or target of a figure in its unit: shares in per cent."""
    return share(row[name]) if facts.definition(row).unit == "share" else number(row[name])


def verdict(row: Row) -> str | None:
    """Return yes or no for a target that is met or not; None without a target."""
    return None if row["target_met"] is None else say("yes" if row["target_met"] else "no")


def change_of(facts: ReportFacts, row: Row) -> str | None:
    """Return the change since the last published day four weeks before or more; None without one."""
    before = facts.earlier_total(row["kpi"])
    if before is None or before["value"] is None or row["value"] is None:
        return None
    change = row["value"] - before["value"]
    if facts.definition(row).unit == "share":
        points = number(change * 100)
        return say("report_points", change=f"+{points}" if change > 0 else points)
    return f"+{number(change)}" if change > 0 else number(change)
