"""The report's running text, written from figures sentence by sentence."""

from schemas.messages import say
from tasks.report.facts import ReportFacts, day, number, share

BRIDGE = ("placed_new", "placed_regular", "placed_both", "placed")


def goal_four(facts: ReportFacts) -> tuple[str, ...]:
    """Return the county's own paragraph of goal 4; its last sentence only where every target of the year has one."""
    counts = {kpi: number(row["numerator"]) for kpi in ("contacted", "entered", *BRIDGE) if (row := facts.total(kpi))}
    shares = {kpi: share(row["value"]) or "–" for kpi in ("entry_rate", "placement_rate") if (row := facts.total(kpi))}
    sentences = [say(f"report_goal4_{n}", **counts, **shares) for n in (1, 2, 3, 4)]
    verdicts = [row["target_met"] for kpi in shares if (row := facts.total(kpi))]
    if any(verdict is not None for verdict in verdicts):
        sentences.append(say("report_goal4_met" if all(v is not False for v in verdicts) else "report_goal4_missed"))
    return tuple(sentences)


def bridge_sentence(facts: ReportFacts) -> str:
    """Return the bridge in words."""
    return say("report_bridge", **{kpi: number(row["numerator"]) for kpi in BRIDGE if (row := facts.total(kpi))})


def protection_sentence(facts: ReportFacts, release: str) -> str:
    """Return what was done to the breakdowns of this report, and why."""
    if facts.is_exact:
        return say("report_exact", as_of=day(facts.as_of))
    protection = facts.county.disclosure
    return say(f"report_{protection.method}", base=protection.base, min_count=protection.min_count, release=release)
