"""What stands in a case manager's workbook, put into rows; pure: facts in, sheets out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from schemas.messages import language, say
from tasks.casework.workbook import Caseload, Cell, Form, Page

Row = dict[str, Any]
OPEN = ("proposed", "unclear")


@dataclass(frozen=True)
class Setting:
    """The day shown, since when changes are told, and how codes become labels in the reader's language."""

    county: str
    as_of: date
    since: date
    label_of: Callable[[str], str]
    commune_of: Callable[[str | None], str]
    rule_of: Callable[[str], str]
    with_names: bool


@dataclass(frozen=True)
class Facts:
    """One case manager's share: persons by uid, rows of ``casework/proposals`` and ``casework/waiting``."""

    caseworker: str
    persons: dict[str, Row]
    proposals: Sequence[Row]
    waiting: Sequence[Row]


def caseload_of(facts: Facts, form: Form, setting: Setting) -> Caseload:
    """Lay out one workbook; proposals by the day to decide until, needs by the day recorded."""
    proposals = [row for row in facts.proposals if row["state"] in OPEN]
    changed = [row for row in facts.proposals if row["state_on"] >= setting.since]
    changed.sort(key=lambda row: (row["state_on"], row["proposal_id"]), reverse=True)
    head = (form.headers["proposal_id"], *say("casework_head_proposals").split("|"))
    return Caseload(
        facts.caseworker,
        Page(
            form.sheet,
            head,
            (10, 18 if setting.with_names else 8, 21, 26, 10, 8, 10, 10, 24, 19, 21, 12),
            tuple(_proposal(row, facts, setting) for row in proposals),
        ),
        Page(
            say("casework_sheet_waiting"),
            tuple(say("casework_head_waiting").split("|")),
            (14, 30, 12, 10, 12, 70),
            tuple(_waiting(rows, facts, setting) for rows in _by_need(facts.waiting)),
        ),
        Page(
            say("casework_sheet_changes"),
            tuple(say("casework_head_changes").split("|")),
            (12, 14, 30, 36, 26, 40),
            tuple(_change(row, facts, setting) for row in changed),
        ),
        _notes(facts, form, setting),
    )


def _by_need(rows: Sequence[Row]) -> list[list[Row]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: (row["source"], row["need_id"]))]


def _case(uid: str, facts: Facts, setting: Setting) -> str:
    person = facts.persons[uid]
    if not setting.with_names:
        return str(person["person_id"])
    return f"{person['person_id']}\n{person['last_name']}, {person['first_name']}"


def _need(row: Row, setting: Setting) -> str:
    return say(
        "casework_need",
        category=setting.label_of(row["category"]),
        level=f" → {row['target_level']}" if row["target_level"] else "",
        need=row["need_id"],
        urgent=say("casework_urgent") if row["priority"] == 1 else "",
    )


def _offer(row: Row, setting: Setting) -> str:
    place = setting.commune_of(row["ags"])
    run = f" {row['run_id']}" if row["run_id"] else ""
    return "\n".join(
        part
        for part in (
            str(row["title"] or row["offer_id"]),
            ", ".join(part for part in (row["provider"], place) if part),
            f"{row['offer_id']}{run}",
        )
        if part
    )


def _proposal(row: Row, facts: Facts, setting: Setting) -> tuple[Cell, ...]:
    reasons = {side: _told(row["reasons"], side) for side in ("for", "against", "note")}
    if row["state"] == "unclear":
        told = say("casework_unclear", day=_day(row["state_on"]), reason=row["decision_reason"] or "–")
        reasons["note"] = "\n".join(part for part in (told, reasons["note"]) if part)
    return (
        row["proposal_id"],
        _case(row["person_uid"], facts, setting),
        _need(row, setting),
        _offer(row, setting),
        row["starts_on"],
        row["seats_free"],
        row["seats_as_of"],
        _decide_by(row["starts_on"], setting.as_of),
        reasons["for"],
        reasons["against"],
        reasons["note"],
        row["first_proposed_on"],
    )


def _told(reasons: Sequence[Row], side: str) -> str:
    return "\n".join(f"• {reason[language()]}" for reason in reasons if reason["side"] == side)


def _decide_by(starts_on: date | None, as_of: date) -> Cell:
    """Return the day before the start; at once when that is over; nothing without a start."""
    if starts_on is None:
        return None
    last = starts_on - timedelta(days=1)
    return last if last > as_of else say("casework_now")


def _waiting(rows: list[Row], facts: Facts, setting: Setting) -> tuple[Cell, ...]:
    first = rows[0]
    judged = [row for row in rows if row["eligible"] is not None]
    causes = "\n".join(f"• {_cause(row, setting)} ({row['offers_count']})" for row in judged)
    return (
        _case(first["person_uid"], facts, setting),
        _need(first, setting),
        first["recorded_on"],
        (setting.as_of - first["recorded_on"]).days,
        sum(row["offers_count"] for row in judged),
        causes or say("casework_no_offer"),
    )


def _cause(row: Row, setting: Setting) -> str:
    if row["failed_rule"]:
        return setting.rule_of(row["failed_rule"])
    return say("casework_fits" if row["eligible"] == "yes" else "casework_unknown")


def _change(row: Row, facts: Facts, setting: Setting) -> tuple[Cell, ...]:
    return (
        row["state_on"],
        _case(row["person_uid"], facts, setting),
        _need(row, setting),
        _offer(row, setting),
        say(f"casework_state_{row['state']}"),
        row["decision_reason"],
    )


def _notes(facts: Facts, form: Form, setting: Setting) -> tuple[str, ...]:
    return (
        say("casework_note_title", caseworker=facts.caseworker or say("casework_nobody")),
        say("casework_note_day", county=setting.county, as_of=_day(setting.as_of), since=_day(setting.since)),
        say("casework_note_decide", sheet=form.sheet, words=", ".join(form.words)),
        say("casework_note_unclear"),
        say("casework_note_back"),
        say("casework_note_care"),
    )


def _day(day: date) -> str:
    return day.strftime("%d.%m.%Y") if language() == "de" else day.isoformat()
