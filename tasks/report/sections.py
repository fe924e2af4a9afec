"""The steering report: its sections in the order in which the steering body reads them."""

from schemas.messages import language, say
from tasks.report.blocks import DASH, Report
from tasks.report.breakdowns import communes_section, groups_section
from tasks.report.facts import ReportFacts, day, release_day
from tasks.report.figures import definitions_section, figures_section, goals_section, result_section
from tasks.report.late import late_section
from tasks.report.surroundings import caseload_section, quality_section, steering_section, supply_section


def build_report(facts: ReportFacts) -> Report:
    """Put a period's published rows together; ``facts`` must hold the totals of the period."""
    first = next(row for row in facts.figures if row["mode"] == "cumulative")
    release = next((r["release_id"] for r in facts.figures if r["dimension"] != "all" and r["release_id"]), None)
    edition = "exact" if facts.is_exact else "released"
    sections = (
        result_section(facts),
        goals_section(facts),
        figures_section(facts),
        late_section(facts),
        communes_section(facts, release_day(release)),
        groups_section(facts),
        caseload_section(facts),
        steering_section(facts),
        supply_section(facts),
        quality_section(facts),
        definitions_section(facts),
    )
    return Report(
        title=say("report_title", programme=facts.county.programme.name, period=facts.period),
        county=facts.county.name,
        period=facts.period,
        period_from=str(first["period_from"]),
        period_to=str(first["period_to"]),
        as_of=facts.as_of.isoformat(),
        release=release or DASH,
        state=facts.state,
        language=language(),
        headline=say(
            "report_headline", begin=day(first["period_from"]), end=day(first["period_to"]), as_of=day(facts.as_of)
        )
        + " "
        + say(f"report_edition_{edition}"),
        sections=tuple(section for section in sections if section.blocks),
        footnote=say("report_footnote_exact" if facts.is_exact else "report_footnote"),
        is_exact=facts.is_exact,
    )
