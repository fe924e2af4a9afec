"""Sections about the work around the figures: caseload, network, steering, supply and need, deliveries."""

from schemas.messages import CATALOGUE, say
from tasks.report import charts
from tasks.report.blocks import DASH, Picture, Section, Table
from tasks.report.facts import ReportFacts, Row, day, number, share
from tasks.report.wording import words


def caseload_section(facts: ReportFacts) -> Section:
    """Persons a full-time post against the key; empty without posts."""
    row = facts.total("caseload_per_fte")
    if row is None or row["value"] is None:
        return Section(say("report_caseload"), ())
    limit = facts.county.caseload.per_fte
    says = say(
        "report_caseload_says",
        persons=number(row["numerator"]),
        fte=number(row["denominator"]),
        value=number(row["value"]),
        limit=limit,
    )
    drawn = charts.limit_bar(say("report_caseload_bar"), float(row["value"]), limit, f"1 : {limit}")
    return Section(say("report_caseload"), (says, Picture("caseload", drawn, says)))


def steering_section(facts: ReportFacts) -> Section:
    """Network contacts by commune, meetings of the steering body."""
    network = tuple(
        (r["commune"], r["contacts_count"], day(r["first_contact_on"]), day(r["last_contact_on"]))
        for r in facts.tables["network"]
    )
    meetings = tuple((day(r["held_on"]), r["body"], _format(r["format"])) for r in facts.tables["meetings"])
    reached = facts.total("network_coverage")
    sentence = say(
        "report_network_says",
        reached=number(reached["numerator"]) if reached else DASH,
        communes=number(reached["denominator"]) if reached else DASH,
    )
    return Section(
        say("report_steering"),
        (
            sentence,
            Table(
                say("report_sheet_network"), say("report_network_caption"), words("report_network_head"), network, (1,)
            ),
            Table(
                say("report_sheet_meetings"), say("report_meetings_caption"), words("report_meetings_head"), meetings
            ),
        ),
    )


def _format(code: str | None) -> str | None:
    return say(f"report_format_{code}") if code in ("onsite", "video") else code


def supply_section(facts: ReportFacts) -> Section:
    """Offers by kind beside clusters of unmet needs."""
    supply = tuple(
        (r["label"], r["offers_count"], r["seats_max"], r["seats_free"], r["fresh_count"])
        for r in facts.tables["supply"]
    )
    unmet = tuple(
        (
            _category(facts, r["category"]),
            r["target_level"],
            say("report_few", limit=facts.county.disclosure.min_count)
            if r["needs_count"] is None
            else r["needs_count"],
            facts.group_size(r["category"]),
            _measure_wanted(facts, r),
        )
        for r in facts.tables["unmet"]
    )
    return Section(
        say("report_supply"),
        (
            Table(
                say("report_sheet_supply"),
                say("report_supply_caption"),
                words("report_supply_head"),
                supply,
                (1, 2, 3, 4),
            ),
            Table(say("report_sheet_unmet"), say("report_unmet_caption"), words("report_unmet_head"), unmet, (2, 3)),
            *_measures(facts),
        ),
    )


def _measure_wanted(facts: ReportFacts, row: Row) -> str:
    """Say whether the needs reach the size from which a measure is proposed; nothing where the count is not shown."""
    if row["needs_count"] is None:
        return DASH
    return say("report_measure_proposed" if row["needs_count"] >= facts.group_size(row["category"]) else "no")


def _measures(facts: ReportFacts) -> tuple[Table | str, ...]:
    """What the steering body decided about proposed measures, and whether offers cite it."""
    rows = tuple(
        (
            r["cluster"],
            " → ".join(part for part in (_category(facts, r["category"]), r["target_level"]) if part),
            facts.commune(r["ags"]),
            say(f"report_measure_{r['decision']}"),
            day(r["decided_on"]),
            r["reason"],
            r["offers_citing"],
        )
        for r in facts.tables["measures"]
    )
    if not rows:
        return (say("report_measures_none"),)
    head = words("report_measures_head")
    return (Table(say("report_sheet_measures"), say("report_measures_caption"), head, rows, (6,)),)


def _category(facts: ReportFacts, code: str) -> str:
    """Return the label of an offer kind or of one of the families that the product knows, else the code."""
    kinds = {kind.code: kind.label_de for kind in facts.county.codelists.offer_kinds}
    return kinds.get(code) or (say(f"family_{code}") if f"family_{code}" in CATALOGUE else code)


def quality_section(facts: ReportFacts) -> Section:
    """The newest delivery of each supplier."""
    rows = tuple(
        (
            r["source"],
            r["supplier"],
            day(r["delivered_as_of"]),
            r["rows_received"],
            r["rows_rejected"],
            share(r["reject_share"]),
            r["open_rows"],
            number(r["median_days_to_fix"]),
        )
        for r in facts.tables["quality"]
    )
    return Section(
        say("report_quality"),
        (
            Table(
                say("report_sheet_quality"),
                say("report_quality_caption"),
                words("report_quality_head"),
                rows,
                (3, 4, 5, 6, 7),
            ),
        ),
    )
