"""Who counted in a figure, by which fact, and who did not, by which rule.

Everybody who is known stands in the list exactly once, so the counted ones add
up to the figure and the others, by reason, to the rest.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from config.county import County
from schemas.errors import StepFailed, UsageError
from tasks.publish.figures import compute_figures
from tasks.publish.periods import windows
from tasks.warehouse.session import CountySession

Row = Mapping[str, Any]
MEMBERSHIP = {
    "contacted": lambda row: row["is_contacted"],
    "entered": lambda row: row["is_entered"],
    "placed_new": lambda row: row["is_new"],
    "placed_regular": lambda row: row["is_regular"],
    "placed_both": lambda row: row["is_new"] and row["is_regular"],
    "placed": lambda row: row["is_new"] or row["is_regular"],
}
NUMERATOR_OF = {
    "entry_rate": "entered",
    "placement_rate": "placed",
    "placement_rate_of_contacted": "placed",
    "days_to_entry": "entered",
    "days_to_placement": "placed",
}
COLUMNS = ["person_uid", "counted", "reason", "day", "source", "file", "sheet", "row", "flags"]


def explain_figure(
    session: CountySession, county: County, kpi: str, period: str | None, mode: str, as_of: date, known_on: date
) -> tuple[pd.DataFrame, str, int]:
    """Return one row a known person, the period and the figure; the session is the caller's to roll back.

    Columns: person_uid, counted, reason (id of ``schemas/messages/reasons.py``),
    day, source, file, sheet, row of the fact, flags (exception,
    entry_before_contact, anchor_moved).

    Raises:
        UsageError: E721 the KPI counts no persons, E723 no such school year.
        StepFailed: E722 the list does not add up to the figure.
    """
    counting = NUMERATOR_OF.get(kpi, kpi)
    if counting not in MEMBERSHIP:
        raise UsageError("E721", kpi=kpi, known=", ".join([*MEMBERSHIP, *NUMERATOR_OF]))
    found = windows(county.programme.starts_on, county.programme.ends_on, as_of, known_on)
    known = list(dict.fromkeys(window.period for window in found))
    chosen = period or known[-1]
    if chosen not in known:
        raise UsageError("E723", period=chosen, known=", ".join(known))
    compute_figures(session, county, as_of, known_on)
    people = session.frame("marts/explain/persons", period=chosen, mode=mode)
    names = {
        row["file_id"]: row["name"] for row in session.rows("SELECT file_id, name FROM raw.file WHERE county = :county")
    }
    rows = [_explained(row, counting, names) for row in records(people)]
    listed = sum(bool(row["counted"]) for row in rows)
    figure = int(
        session.value(
            "SELECT numerator FROM figure WHERE kpi = :kpi AND period = :period AND mode = :mode AND dimension = 'all'",
            kpi=counting,
            period=chosen,
            mode=mode,
        )
    )
    if listed != figure:
        raise StepFailed("E722", listed=listed, figure=figure)
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object), chosen, figure


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries with text keys."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _explained(row: Row, counting: str, files: Mapping[int, str]) -> dict[str, Any]:
    counted = bool(MEMBERSHIP[counting](row))
    reason, fact = _for(row, counting) if counted else (_against(row), "person")
    day = {"anchor": row["anchor_on"], "entry": row["entered_on"]}.get(fact, row.get(f"{fact}_on"))
    place = row.get(f"{fact}_file_id")
    flags = [
        name
        for name, is_set in (
            ("exception", row["is_exception"]),
            ("entry_before_contact", row["anchored_by_entry"]),
            ("anchor_moved", row["anchor_moved"]),
        )
        if is_set
    ]
    return {
        "person_uid": row["person_uid"],
        "counted": counted,
        "reason": reason,
        "day": None if pd.isna(day) else pd.Timestamp(day).date(),
        "source": _absent(row.get(f"{fact}_source")),
        "file": None if place is None or pd.isna(place) else files.get(int(place)),
        "sheet": _absent(row.get(f"{fact}_sheet")),
        "row": None if pd.isna(row[f"{fact}_row"]) else int(row[f"{fact}_row"]),
        "flags": ",".join(flags),
    }


def _absent(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def _for(row: Row, counting: str) -> tuple[str, str]:
    """Return why a person counts, and which fact says so."""
    if counting == "contacted":
        if row["is_exception"]:
            return "exception", "anchor"
        return ("entry_implies_contact" if row["anchored_by_entry"] else "contact"), "anchor"
    if counting == "entered":
        return "entered", "entry"
    if row["is_new"] and row["is_regular"]:
        return "placed_both", "regular" if counting == "placed_regular" else "new"
    return ("placed_new", "new") if row["is_new"] else ("placed_regular", "regular")


def _against(row: Row) -> str:
    """Return the first rule that keeps a person out, in the order of the story."""
    if not row["is_contacted"]:
        return _not_contacted(row)
    if not row["is_entered"]:
        return "not_entered"
    if row["is_new"] or row["is_regular"]:
        return "only_new" if row["is_new"] else "only_regular"
    steps = (
        ("has_casework", "only_casework"),
        ("has_before_entry", "before_entry"),
        ("has_outside", "start_outside"),
        ("has_unstarted", "not_started"),
        ("has_no_day", "no_start_day"),
    )
    return next((reason for name, reason in steps if row[name]), "no_enrolment")


def _not_contacted(row: Row) -> str:
    if row["has_refused"]:
        return "statistics_refused"
    if not row["has_event"]:
        if row["has_any_event"]:
            return "outside_period"
        return "only_attempts" if row["has_attempt"] else "no_contact"
    if row["passes_some_day"]:
        return "other_cohort"
    if not row["lives_here"]:
        return "not_resident"
    return "not_age" if row["has_status"] else "not_status"
