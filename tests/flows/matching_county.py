"""A made-up county with needs, offers, enrolments and decisions, row by row, under the canonical names."""

import contextlib
import io
from datetime import date
from pathlib import Path
from typing import Any

from tests.flows.county import MadeUpCounty, Outcome

SOURCES = {
    "leute": (
        "participants",
        "person_id last_name first_name birth_date residence_status status_from status_until ags caseworker",
    ),
    "eintritte": ("episodes", "person_id entered_on left_on"),
    "einwilligungen": ("consents", "person_id purpose given_on withdrawn_on"),
    "bedarfe": (
        "needs",
        "need_id person_id category target_level current_level priority hours_max childcare part_time radius_km "
        "recorded_on closed_on",
    ),
    "kurse": (
        "offers",
        "offer_id run_id provider title kind module ags mode starts_on ends_on weekdays from_time to_time hours_week "
        "seats_max seats_min seats_free seats_as_of entry_level target_level min_age max_age part_time childcare "
        "need_cluster",
    ),
    "plaetze": ("enrolments", "enrolment_id offer_id run_id person_id state starts_on ends_on"),
    "entscheidungen": ("decisions", "proposal_id decision reason decided_by decided_on"),
}
COURSE = {
    "provider": "VHS",
    "title": "Kurs",
    "kind": "SPRACH_SONST",
    "module": "REGEL",
    "ags": "09999001",
    "mode": "onsite",
    "starts_on": "2021-09-01",
    "ends_on": "2022-02-28",
    "weekdays": "Mo|Mi",
    "from_time": "09:00",
    "to_time": "12:00",
    "hours_week": "6",
    "seats_max": "10",
    "seats_free": "3",
    "seats_as_of": "2021-07-20",
    "entry_level": "A1",
    "target_level": "B1",
}
NEED = {"category": "SPRACH_SONST", "target_level": "B1", "current_level": "A1", "recorded_on": "2021-05-01"}
PERSON = {"birth_date": "2000-06-15", "residence_status": "GEST_55", "ags": "09999001"}


class MatchingCounty(MadeUpCounty):
    """Rows are kept in memory and delivered whole at each night; change them between nights."""

    def __init__(self, folder: Path, url: str, key: str = "09999") -> None:
        super().__init__(folder, url, key)
        self.tables: dict[str, list[dict[str, str]]] = {name: [] for name in SOURCES}
        for name, (kind, columns) in SOURCES.items():
            records = f"\n  {kind}:\n" + "".join(f"    {column}: {column}\n" for column in columns.split())
            delivery = "incremental" if kind == "decisions" else "full"
            more = "" if kind in ("participants", "offers") else "ids: {person: leute, offer: kurse}\n"
            more += "expect: {max_change: 100%}\n"
            self.source(name, records, delivery=delivery, pull="newest_only: true, optional: true", more=more)

    def add(self, table: str, **row: Any) -> "MatchingCounty":
        self.tables[table].append({key: "" if value is None else str(value) for key, value in row.items()})
        return self

    def person(self, number: str, *, entered: str | None = "2021-02-01", **row: Any) -> "MatchingCounty":
        names = {"last_name": f"Nach{number}", "first_name": f"Vor{number}"}
        self.add("leute", **{"person_id": number, **names, **PERSON, **row})
        return self.add("eintritte", person_id=number, entered_on=entered) if entered else self

    def need(self, need_id: str, person: str, **row: Any) -> "MatchingCounty":
        return self.add("bedarfe", **{"need_id": need_id, "person_id": person, **NEED, **row})

    def course(self, offer_id: str, **row: Any) -> "MatchingCounty":
        return self.add("kurse", **{"offer_id": offer_id, **COURSE, **row})

    def seat(self, number: str, offer: str, person: str, state: str = "started", **row: Any) -> "MatchingCounty":
        return self.add("plaetze", enrolment_id=number, offer_id=offer, person_id=person, state=state, **row)

    def decide(self, proposal: str, decision: str, day: str, reason: str = "") -> "MatchingCounty":
        return self.add(
            "entscheidungen",
            proposal_id=proposal,
            decision=decision,
            reason=reason,
            decided_by="Teilhabemanagerin 1",
            decided_on=day,
        )

    def change(self, table: str, number: int = 0, **row: Any) -> "MatchingCounty":
        self.tables[table][number].update({key: "" if value is None else str(value) for key, value in row.items()})
        return self

    def deliver(self) -> "MatchingCounty":
        """Write every table that has rows, or had some once."""
        for name, (_, columns) in SOURCES.items():
            heads = columns.split()
            rows = self.tables[name]
            if rows or (self.inbox / f"{name}.csv").exists():
                self.put(
                    f"{name}.csv", ";".join(heads), *(";".join(row.get(head, "") for head in heads) for row in rows)
                )
        return self

    def night(self, day: str | date, *words: str) -> Outcome:
        """Deliver and sync."""
        self.deliver()
        return self.sync(str(day), *words)

    def said(self, *words: str) -> str:
        """Run a command as a person would and return what it prints."""
        from flows.cli import main
        from tasks.run import forget

        folder, out = str(self.folder.resolve()), io.StringIO()
        forget(folder)
        with contextlib.redirect_stdout(out):
            main(["--config", folder, *words])
        forget(folder)
        return out.getvalue()

    def proposals(self, state: str | None = None) -> list[tuple[Any, ...]]:
        """Return need, offer, state of proposals."""
        found = self.rows("SELECT need_id, offer_id, state FROM core.match_proposal ORDER BY need_id, offer_id, state")
        return [row for row in found if state is None or row[2] == state]

    def open_id(self, need: str) -> str:
        return str(
            self.rows(
                "SELECT proposal_id FROM core.match_proposal WHERE need_id = %s AND state IN ('proposed', 'unclear')",
                need,
            )[0][0]
        )

    def pair(self, need: str, offer: str) -> tuple[Any, ...]:
        """Return eligible and first failing rule of a pair."""
        found = self.rows(
            "SELECT eligible, failed_rule FROM core.match_pair WHERE need_id = %s AND offer_id = %s", need, offer
        )
        return found[0] if found else ("absent", None)

    def uid(self, person: str) -> str:
        return str(self.rows("SELECT person_uid FROM vault.source_id WHERE person_id = %s", person)[0][0])
