"""A county's history by seed, straight into ``core`` by COPY: what two years of nights would have left there.

Nights of deliveries with late facts, corrections, moves, changes of status, retractions, ended records,
re-entries, linked ids and withdrawn consents. ``rounds`` says how often a record may be corrected: ten rounds
leave about ten times as many closed versions of the same people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from tasks.warehouse.copying import copy_frame

COUNTY = "05774"
FIRST_NIGHT = date(2020, 8, 1)
NIGHTS = 730
LAST_NIGHT = FIRST_NIGHT + timedelta(days=NIGHTS - 1)
COMMUNES = [f"{COUNTY}0{n:02d}" for n in (4, 8, 12, 16, 20, 24, 28, 32, 36, 40)]
STATUSES = ["DULD_60A_2_1", "DULD_UNB", "GEST_55", "AE_25B", "UNBEKANNT"]
STATUS_SHARES = [0.5, 0.15, 0.25, 0.07, 0.03]
KINDS = ["IK_ALLG", "COACH", "IK_INTENSIV"]
MODULES = ["F1", "F2", "F5", "REGEL", "F6"]
STATES = ["registered", "waiting", "started", "completed", "dropped", "cancelled"]
Rows = pd.DataFrame
Change = Callable[[Rows], Rows]


@dataclass
class History:
    """Draws and loads; a person's place in ``people`` is her source id."""

    connection: Connection
    persons: int
    seed: int = 0
    rounds: int = 1
    loaded: int = 0

    def __post_init__(self) -> None:
        self.draw = np.random.default_rng(self.seed)

    def load(self) -> int:
        """Load everything and return the number of versions."""
        self._nights()
        seen_on = self.draw.integers(0, NIGHTS, self.persons)
        self._people(seen_on)
        refs = np.arange(1, self.persons + 1)
        self._copy("core.contact_version", self._versions(self._contacts(refs, seen_on), self._other_channel, 0.05))
        self._copy("core.episode_version", self._versions(self._episodes(refs, seen_on), self._left, 0.3))
        self._copy("core.consent_version", self._versions(self._consents(refs, seen_on), self._withdrawn, 0.03))
        self._copy("core.need_version", self._versions(self._needs(refs, seen_on), self._closed, 0.3))
        self._copy("core.offer_version", self._versions(self._offers(), self._other_module, 0.1, gone=0.02))
        self._copy("core.enrolment_version", self._versions(self._enrolments(refs, seen_on), self._next_state, 0.6))
        self._copy("core.staff_version", self._versions(self._staff(), lambda rows: rows, 0.0, gone=0.0))
        self._gatherings()
        self.connection.execute(text("ANALYZE"))
        return self.loaded

    # ------------------------------------------------------------ frames
    def _nights(self) -> None:
        days = [FIRST_NIGHT + timedelta(days=number) for number in range(NIGHTS)]
        loads = pd.DataFrame({"load_id": range(1, NIGHTS + 1), "as_of": days, "published_as_of": days})
        copy_frame(self.connection, "ops.load", loads.assign(county=COUNTY, source="made", run_id=self._keys(NIGHTS)))
        file = {"county": [COUNTY], "file_id": [1], "source": ["made"], "sha256": ["0" * 64], "name": ["made.csv"]}
        copy_frame(
            self.connection,
            "raw.file",
            pd.DataFrame({**file, "size_bytes": [1], "first_run": self._keys(1), "first_as_of": [FIRST_NIGHT]}),
        )

    def _people(self, seen_on: "np.ndarray") -> None:
        count = self.persons
        refs = np.arange(1, count + 1)
        uids = np.array(self._keys(count), dtype=object)
        # One of fifty is known under two ids.
        twins = self.draw.random(count) < 0.02
        uids[twins] = np.roll(uids, 1)[twins]
        ids = {"county": COUNTY, "ref_id": refs, "person_uid": uids}
        ids["link_state"] = np.where(twins, "linked", "single")
        copy_frame(
            self.connection,
            "vault.source_id",
            pd.DataFrame({**ids, "source": "made", "person_id": refs.astype(str), "first_load": seen_on + 1}).assign(
                is_participant=True
            ),
        )
        copy_frame(
            self.connection, "core.person_link", pd.DataFrame({**ids, "rule": "made", "opened_load": seen_on + 1})
        )
        births = self._records(refs, seen_on).assign(
            last_name="N", first_name="V", birth_date=self._days(date(1993, 1, 1), date(2004, 6, 1), count)
        )
        self._copy("vault.identity_version", self._versions(births, self._other_birth, 0.03, gone=0.0))
        since = self._days(date(2018, 1, 1), FIRST_NIGHT, count)
        people = self._records(refs, seen_on).assign(
            sex=self.draw.choice(["f", "m", "d", "x"], count, p=[0.45, 0.5, 0.02, 0.03]),
            residence_status=self.draw.choice(STATUSES, count, p=STATUS_SHARES),
            status_from=self._sometimes(since, 0.5),
            status_until=None,
            ags=self.draw.choice([*COMMUNES, "08888001"], count),
            ags_from=None,
            caseworker=self.draw.choice([f"w{n}" for n in range(20)], count),
        )
        self._copy("core.participant_version", self._versions(people, self._moved, 0.35, gone=0.0, ended=0.05))

    def _records(self, refs: "np.ndarray", seen_on: "np.ndarray") -> Rows:
        return pd.DataFrame(
            {"ref_id": refs, "record_key": self._keys(len(refs)), "opened_load": seen_on + 1, "row": refs % 1_000_000}
        )

    def _about(self, refs: "np.ndarray", seen_on: "np.ndarray", counts: "np.ndarray") -> tuple[Rows, "np.ndarray"]:
        """Return ``counts`` records a person with the night each arrived, and the days they tell of (some are late)."""
        owners = np.repeat(np.arange(len(refs)), counts)
        arrived = seen_on[owners] + (self.draw.random(len(owners)) ** 2 * (NIGHTS - seen_on[owners])).astype(int)
        told = arrived - (self.draw.exponential(12, len(owners))).astype(int)
        days = np.datetime64(FIRST_NIGHT) + told.astype("timedelta64[D]")
        return self._records(refs[owners], arrived), days

    def _contacts(self, refs: "np.ndarray", seen_on: "np.ndarray") -> Rows:
        rows, days = self._about(refs, seen_on, self.draw.poisson(4, len(refs)))
        return rows.assign(contact_on=days, two_way=self.draw.random(len(rows)) < 0.8, channel="visit", caseworker="w1")

    def _episodes(self, refs: "np.ndarray", seen_on: "np.ndarray") -> Rows:
        rows, days = self._about(refs, seen_on, self.draw.choice([0, 1, 2], len(refs), p=[0.3, 0.65, 0.05]))
        return rows.assign(entered_on=days, left_on=None, consent_on=days)

    def _consents(self, refs: "np.ndarray", seen_on: "np.ndarray") -> Rows:
        rows, days = self._about(refs, seen_on, np.ones(len(refs), dtype=int))
        return rows.assign(
            purpose=self.draw.choice(["statistics", "casework"], len(rows)), given_on=days, withdrawn_on=None
        )

    def _needs(self, refs: "np.ndarray", seen_on: "np.ndarray") -> Rows:
        rows, days = self._about(refs, seen_on, self.draw.binomial(1, 0.5, len(refs)))
        numbers = np.arange(len(rows)).astype(str)
        return rows.assign(need_id=numbers, category=self.draw.choice(KINDS, len(rows)), recorded_on=days)

    def _offers(self) -> Rows:
        count = max(20, self.persons // 20)
        numbers = np.arange(count)
        seen = self._records(numbers, self.draw.integers(0, NIGHTS // 2, count)).drop(columns="ref_id")
        starts = self._days(FIRST_NIGHT, LAST_NIGHT, count)
        return seen.assign(
            offer_id=numbers.astype(str),
            provider="T",
            title="A",
            kind=self.draw.choice(KINDS, count),
            module=self.draw.choice(MODULES, count, p=[0.2, 0.2, 0.15, 0.4, 0.05]),
            starts_on=starts,
            ends_on=starts + np.timedelta64(180, "D"),
            seats_max=15,
            seats_free=self.draw.integers(0, 15, count),
            seats_as_of=LAST_NIGHT - timedelta(days=5),
            verified_on=LAST_NIGHT - timedelta(days=20),
        )

    def _enrolments(self, refs: "np.ndarray", seen_on: "np.ndarray") -> Rows:
        rows, days = self._about(refs, seen_on, self.draw.poisson(1, len(refs)))
        offers = self.draw.integers(0, max(20, self.persons // 20), len(rows)).astype(str)
        numbers = np.arange(len(rows)).astype(str)
        state = self.draw.choice(STATES, len(rows))
        rows = rows.assign(offer_source="made", enrolment_id=numbers, offer_id=offers, state=state)
        return rows.assign(starts_on=days + np.timedelta64(10, "D"))

    def _staff(self) -> Rows:
        numbers = np.arange(max(20, self.persons // 100))
        rows = self._records(numbers, np.zeros(len(numbers), dtype=int)).drop(columns="ref_id")
        return rows.assign(
            staff_id=numbers.astype(str),
            role="participation_manager",
            fte=0.75,
            name=[f"w{n}" for n in numbers],
            team=[f"Team {n % 6}" for n in numbers],
            valid_from=FIRST_NIGHT,
        )

    def _gatherings(self) -> None:
        numbers = np.arange(NIGHTS)
        rows = self._records(numbers, numbers).drop(columns="ref_id")
        days = np.datetime64(FIRST_NIGHT) + numbers.astype("timedelta64[D]")
        visits = rows.assign(contact_id=numbers.astype(str), contact_on=days, ags=self.draw.choice(COMMUNES, NIGHTS))
        self._copy("core.network_contact_version", visits)
        held = rows[::90].assign(meeting_id=numbers[::90].astype(str), held_on=days[::90], body="Bündniskerngruppe")
        self._copy("core.meeting_version", held.assign(record_key=self._keys(len(held))))

    # ------------------------------------------------------------ how records change
    def _versions(self, rows: Rows, change: Change, share: float, *, gone: float = 0.02, ended: float = 0.0) -> Rows:
        """Return all versions of records: each round corrects a share of them later, and some end or are retracted."""
        current, closed = rows.assign(closed_load=None, ended_on=None), []
        for _ in range(self.rounds):
            at = current["opened_load"] + 1 + (self.draw.random(len(current)) * 60).astype(int)
            hit = (self.draw.random(len(current)) < share) & (at <= NIGHTS)
            closed.append(current[hit].assign(closed_load=at[hit]))
            newer = change(current[hit].assign(opened_load=at[hit]))
            current = pd.concat([current[~hit], newer], ignore_index=True)
        last = (current["opened_load"] + 30).clip(upper=NIGHTS)
        lost = self.draw.random(len(current)) < gone
        current["closed_load"] = last.where(lost, None).astype(object)
        day = np.datetime64(FIRST_NIGHT) + (last.to_numpy() - 1).astype("timedelta64[D]")
        current["ended_on"] = pd.Series(day).where(self.draw.random(len(current)) < ended, None)
        return pd.concat([*[part.astype(object) for part in closed], current.astype(object)], ignore_index=True)

    def _moved(self, rows: Rows) -> Rows:
        which = self.draw.random(len(rows))
        rows["ags"] = rows["ags"].where(which > 0.4, self.draw.choice([*COMMUNES, "08888001"], len(rows)))
        drawn = self.draw.choice(STATUSES, len(rows), p=STATUS_SHARES)
        rows["residence_status"] = rows["residence_status"].where(which < 0.4, drawn)
        return rows

    def _other_channel(self, rows: Rows) -> Rows:
        return rows.assign(two_way=~rows["two_way"].astype(bool))

    def _left(self, rows: Rows) -> Rows:
        return rows.assign(left_on=rows["entered_on"] + np.timedelta64(100, "D"))

    def _withdrawn(self, rows: Rows) -> Rows:
        return rows.assign(withdrawn_on=rows["given_on"] + np.timedelta64(50, "D"))

    def _closed(self, rows: Rows) -> Rows:
        return rows.assign(closed_on=rows["recorded_on"] + np.timedelta64(40, "D"))

    def _other_module(self, rows: Rows) -> Rows:
        return rows.assign(module=self.draw.choice(MODULES, len(rows)))

    def _next_state(self, rows: Rows) -> Rows:
        return rows.assign(state=self.draw.choice(STATES[2:], len(rows)))

    def _other_birth(self, rows: Rows) -> Rows:
        return rows.assign(birth_date=rows["birth_date"] + np.timedelta64(31, "D"))

    # ------------------------------------------------------------ helpers of this file
    def _keys(self, count: int) -> list[str]:
        digits = self.draw.bytes(16 * count).hex()
        return [digits[place : place + 32] for place in range(0, 32 * count, 32)]

    def _days(self, first: date, last: date, count: int) -> "np.ndarray":
        return np.datetime64(first) + self.draw.integers(0, (last - first).days, count).astype("timedelta64[D]")

    def _sometimes(self, values: "np.ndarray", share: float) -> "pd.Series[pd.Timestamp]":
        return pd.Series(values).where(self.draw.random(len(values)) < share)

    def _copy(self, table: str, rows: Rows) -> None:
        whole = rows.assign(county=COUNTY, source="made", file_id=1)
        self.loaded += copy_frame(self.connection, table, whole)
