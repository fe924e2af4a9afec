"""Which persons a figure counts, and the rule that speaks for or against each of them."""

from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]
Test = Callable[[Row], bool]


def _is_placed(row: Row) -> bool:
    return bool(row["is_new"] or row["is_regular"])


MEMBERSHIP: Mapping[str, Test] = {
    "contacted": lambda row: bool(row["is_contacted"]),
    "entered": lambda row: bool(row["is_entered"]),
    "placed_new": lambda row: bool(row["is_new"]),
    "placed_regular": lambda row: bool(row["is_regular"]),
    "placed_both": lambda row: bool(row["is_new"] and row["is_regular"]),
    "placed": _is_placed,
}
PARTS: Mapping[str, tuple[str, str | None]] = {
    **{kpi: (kpi, None) for kpi in MEMBERSHIP},
    "entry_rate": ("entered", "contacted"),
    "placement_rate": ("placed", "entered"),
    "placement_rate_of_contacted": ("placed", "contacted"),
    "days_to_entry": ("entered", "contacted"),
    "days_to_placement": ("placed", "entered"),
}
"""Numerator and denominator of each figure that counts persons by their anchor."""


def reason_for(row: Row, counting: str) -> tuple[str, str]:
    """Return why a person counts, and which fact says so: anchor, entry, new or regular."""
    if counting == "contacted":
        if row["is_exception"]:
            return "exception", "anchor"
        return ("entry_implies_contact" if row["anchored_by_entry"] else "contact"), "anchor"
    if counting == "entered":
        return "entered", "entry"
    if row["is_new"] and row["is_regular"]:
        return "placed_both", "regular" if counting == "placed_regular" else "new"
    return ("placed_new", "new") if row["is_new"] else ("placed_regular", "regular")


def reason_against(row: Row) -> str:
    """Return the first rule that keeps a person out, in the order of the story."""
    if not row["is_contacted"]:
        return _not_contacted(row)
    if not row["is_entered"]:
        return "not_entered"
    if _is_placed(row):
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
    if not row["lives_here"]:
        return "not_resident"
    return "not_age" if row["has_status"] else "not_status"
