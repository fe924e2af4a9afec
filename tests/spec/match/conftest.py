"""A made-up county for tests of matching: one person, one need, one fitting run, to be varied."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from config.rules import read_rules
from tasks.match.assign import assign_seats
from tasks.match.eligibility import eligible_pairs
from tasks.match.inputs import CodeTables, MatchInput

ROOT = Path(__file__).parents[3]
PACK = ROOT / "config" / "programmes" / "durchstarten"
RULES = read_rules((PACK / "rules").glob("*.yaml"))


def _codelist(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])


CODES = CodeTables(
    offer_kinds=_codelist(PACK / "codelists" / "offer_kinds.csv"),
    residence_statuses=_codelist(PACK / "codelists" / "residence_statuses.csv"),
    communes=_codelist(ROOT / "config" / "paderborn" / "codelists" / "communes.csv"),
)

PERSON = {
    "birth_date": date(2000, 6, 15),
    "residence_status": "GEST_55",
    "ags": "05774032",
    "entered_on": date(2020, 9, 1),
    "consent_casework": True,
    "sex": "f",
}
NEED = {"category": "IK_ALLG", "target_level": "B1", "current_level": "A1", "recorded_on": date(2021, 5, 1)}
RUN = {
    "run_id": "1",
    "provider": "VHS",
    "title": "Kurs",
    "kind": "IK_ALLG",
    "module": "REGEL",
    "ags": "05774036",
    "mode": "onsite",
    "starts_on": date(2021, 9, 1),
    "ends_on": date(2022, 3, 31),
    "weekdays": "Mo|Mi",
    "from_time": "09:00",
    "to_time": "12:00",
    "hours_week": 8,
    "seats_free": 3,
    "entry_level": "A1",
    "target_level": "B1",
}
DECISIONS = ("proposal_id", "need_id", "offer_id", "run_id", "decision", "reason", "decided_on")
PROPOSALS = ("proposal_id", "need_id", "offer_id", "run_id", "state", "first_proposed_on", "content_key")


@dataclass
class World:
    """Frames of one county as lists of rows; every adder returns the world."""

    as_of: date = date(2021, 7, 31)
    persons: list[dict] = field(default_factory=list)
    needs: list[dict] = field(default_factory=list)
    runs: list[dict] = field(default_factory=list)
    enrolments: list[dict] = field(default_factory=list)
    decisions: list[dict] = field(default_factory=list)
    proposals: list[dict] = field(default_factory=list)

    def person(self, uid="p1", **facts):
        self.persons.append({**PERSON, "person_uid": uid, **facts})
        return self

    def need(self, need_id="N1", person_uid="p1", **facts):
        self.needs.append({**NEED, "need_id": need_id, "person_uid": person_uid, **facts})
        return self

    def run(self, offer_id="O1", **facts):
        self.runs.append({**RUN, "offer_id": offer_id, **facts})
        return self

    def coaching(self, offer_id="C1", **facts):
        plain = dict.fromkeys(("weekdays", "from_time", "to_time", "entry_level", "target_level", "hours_week"))
        return self.run(offer_id, **{"kind": "COACH", "module": "F1", **plain, **facts})

    def enrolled(self, person_uid="p1", **facts):
        plain = {
            "offer_id": "X",
            "run_id": "1",
            "kind": "COACH",
            "state": "started",
            "starts_on": None,
            "ends_on": None,
        }
        self.enrolments.append({**plain, "person_uid": person_uid, **facts})
        return self

    def data(self) -> MatchInput:
        return MatchInput(
            as_of=self.as_of,
            needs=pd.DataFrame(self.needs, columns=None if self.needs else ["need_id", "person_uid", "category"]),
            persons=pd.DataFrame(self.persons, columns=None if self.persons else ["person_uid"]),
            runs=pd.DataFrame(self.runs, columns=None if self.runs else ["offer_id", "run_id", "kind"]),
            enrolments=pd.DataFrame(self.enrolments),
            decisions=pd.DataFrame(self.decisions, columns=list(DECISIONS)),
            open_proposals=pd.DataFrame(self.proposals, columns=list(PROPOSALS)),
            codes=CODES,
        )

    def rules(self):
        return RULES.on(self.as_of)

    def order(self):
        return RULES.order_on(self.as_of)

    def pairs(self, scope="wanted") -> pd.DataFrame:
        return eligible_pairs(self.data(), self.rules(), self.order(), scope)

    def pair(self, need_id="N1", offer_id="O1") -> pd.Series:
        pairs = self.pairs()
        return pairs[(pairs["need_id"] == need_id) & (pairs["offer_id"] == offer_id)].iloc[0]

    def assign(self, order=None):
        return assign_seats(self.pairs(), self.data(), self.rules(), order or self.order())

    def next_night(self, assignment, days=1):
        """The following night: yesterday's proposals are out for decision."""
        self.proposals = assignment.proposals[list(PROPOSALS)].to_dict("records")
        self.as_of = date.fromordinal(self.as_of.toordinal() + days)
        return self

    def decide(self, proposal_id, decision, reason=None):
        proposal = next(row for row in self.proposals if row["proposal_id"] == proposal_id)
        names = ("proposal_id", "need_id", "offer_id", "run_id")
        facts = {"decision": decision, "reason": reason, "decided_on": self.as_of}
        self.decisions.append({**{name: proposal[name] for name in names}, **facts})
        return self


@pytest.fixture
def world() -> World:
    """An empty county."""
    return World()


@pytest.fixture
def fitting() -> World:
    """One person whose need one run serves in every respect."""
    return World().person().need().run()


@pytest.fixture
def rule_pack():
    """The shipped rules."""
    return RULES
