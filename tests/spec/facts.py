"""Clean facts straight into the history tables, and the figures that come out; no files, no intake.

Every table that a test needs is written as a delivery would leave it: versions
with an opening and a closing load, links, lineage.
"""

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from config.county import County
from config.settings import load_county
from tasks.publish.figures import compute_figures, run_checks
from tasks.warehouse.engine import open_engine
from tasks.warehouse.session import CountySession, county_session

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "paderborn"
FAR = date(2026, 11, 22)


def shipped_county() -> County:
    """The shipped county's configuration (its warehouse is not used)."""
    return load_county(SHIPPED, {})


@dataclass
class Facts:
    """Writes facts; ``known`` days are those of the publishing run."""

    session: CountySession
    county: County
    loads: dict[date, int] = field(default_factory=dict)
    refs: dict[str, int] = field(default_factory=dict)
    rows: int = 0

    def load(self, known: date) -> int:
        """Return the load that was published on a day."""
        if known not in self.loads:
            self.loads[known] = self.session.value(
                "INSERT INTO ops.load (county, source, run_id, as_of, published_as_of) "
                "VALUES (:county, 'made', gen_random_uuid(), :day, :day) RETURNING load_id",
                day=known,
            )
        return self.loads[known]

    def _version(self, table: str, key: str, known: date, ended_on: date | None = None, **columns: Any) -> None:
        """Close the open version of a record and open the next."""
        load = self.load(known)
        record = uuid.uuid5(uuid.NAMESPACE_OID, f"{table}|{key}")
        self.session.do(
            f"UPDATE {table} SET closed_load = :load WHERE county = :county AND record_key = :key AND closed_load "
            "IS NULL",
            load=load,
            key=record,
        )
        self.rows += 1
        self.session.insert(
            table,
            [
                {
                    "source": "made",
                    "record_key": record,
                    "opened_load": load,
                    "ended_on": ended_on,
                    "file_id": 1,
                    "row": self.rows,
                    **columns,
                }
            ],
        )

    def retract(self, table: str, key: str, known: date) -> None:
        """Close a record without a successor."""
        self.session.do(
            f"UPDATE {table} SET closed_load = :load WHERE county = :county AND record_key = :key AND closed_load "
            "IS NULL",
            load=self.load(known),
            key=uuid.uuid5(uuid.NAMESPACE_OID, f"{table}|{key}"),
        )

    def ref(self, name: str, known: date, uid: str | None = None, state: str = "single") -> int:
        """Return the source id of a person, made on first use; ``uid`` links it to another's person."""
        if name not in self.refs:
            load = self.load(known)
            person = uid or str(uuid.uuid5(uuid.NAMESPACE_OID, name))
            self.refs[name] = self.session.value(
                "INSERT INTO vault.source_id (county, source, person_id, person_uid, link_state, is_participant, "
                "first_load) "
                "VALUES (:county, 'made', :name, CAST(:uid AS uuid), :state, TRUE, :load) RETURNING ref_id",
                name=name,
                uid=person,
                state=state,
                load=load,
            )
            self.session.insert(
                "core.person_link",
                [
                    {
                        "ref_id": self.refs[name],
                        "person_uid": person,
                        "link_state": state,
                        "rule": "made",
                        "opened_load": load,
                    }
                ],
            )
        return self.refs[name]

    def person(
        self,
        name: str,
        *,
        born: date = date(1998, 5, 5),
        status: str = "DULD_60A_2_1",
        ags: str = "05774032",
        known: date = date(2021, 8, 1),
        same_as: str | None = None,
        ended_on: date | None = None,
        **columns: Any,
    ) -> None:
        """Deliver a participant row; a later one of the same name is a new version."""
        uid = None
        if same_as is not None:
            uid = str(uuid.uuid5(uuid.NAMESPACE_OID, same_as))
        ref = self.ref(name, known, uid)
        self._version(
            "core.participant_version",
            name,
            known,
            ended_on,
            ref_id=ref,
            residence_status=status,
            ags=ags,
            **{"sex": "f", **columns},
        )
        self._version("vault.identity_version", name, known, ended_on, ref_id=ref, birth_date=born)

    def contact(self, name: str, day: date, *, two_way: bool = True, known: date = date(2021, 8, 1)) -> None:
        """Deliver a contact."""
        self._version(
            "core.contact_version",
            f"{name}|{day}",
            known,
            ref_id=self.ref(name, known),
            contact_on=day,
            channel="visit" if two_way else "letter",
            two_way=two_way,
        )

    def entry(
        self,
        name: str,
        day: date,
        *,
        left: date | None = None,
        known: date = date(2021, 8, 1),
        ended_on: date | None = None,
    ) -> None:
        """Deliver an episode."""
        self._version(
            "core.episode_version",
            f"{name}|{day}",
            known,
            ended_on,
            ref_id=self.ref(name, known),
            entered_on=day,
            left_on=left,
        )

    def offer(
        self,
        offer_id: str,
        *,
        kind: str = "COACH",
        module: str = "F1",
        run_id: str | None = None,
        known: date = date(2021, 8, 1),
        ended_on: date | None = None,
        **columns: Any,
    ) -> None:
        """Deliver an offer run."""
        self._version(
            "core.offer_version",
            f"{offer_id}|{run_id}",
            known,
            ended_on,
            offer_id=offer_id,
            run_id=run_id,
            kind=kind,
            module=module,
            provider="Träger",
            title="Angebot",
            **columns,
        )

    def enrol(
        self,
        name: str,
        offer_id: str,
        day: date | None,
        *,
        state: str = "started",
        run_id: str | None = None,
        known: date = date(2021, 8, 1),
    ) -> None:
        """Deliver an enrolment."""
        self._version(
            "core.enrolment_version",
            f"{name}|{offer_id}|{run_id}",
            known,
            ref_id=self.ref(name, known),
            offer_source="made",
            enrolment_id=f"{name}-{offer_id}",
            offer_id=offer_id,
            run_id=run_id,
            state=state,
            starts_on=day,
        )

    def consent(self, name: str, purpose: str, given: date, withdrawn: date | None, known: date) -> None:
        """Deliver a consent."""
        self._version(
            "core.consent_version",
            f"{name}|{purpose}|{given}",
            known,
            ref_id=self.ref(name, known),
            purpose=purpose,
            given_on=given,
            withdrawn_on=withdrawn,
        )

    def staff(self, staff_id: str, fte: float, begin: date, until: date | None = None, **columns: Any) -> None:
        """Deliver a post of a participation manager."""
        self._version(
            "core.staff_version",
            f"{staff_id}|{begin}",
            columns.pop("known", date(2021, 8, 1)),
            staff_id=staff_id,
            role=columns.pop("role", "participation_manager"),
            fte=fte,
            valid_from=begin,
            valid_until=until,
            **columns,
        )

    def figures(self, known_on: date = FAR, as_of: date | None = None) -> "Figures":
        """Compute the figures of a day in a transaction that is taken back to its savepoint."""
        with self.session.connection.begin_nested() as savepoint:
            compute_figures(self.session, self.county, as_of or known_on, known_on)
            rows = self.session.rows(
                "SELECT kpi, period, mode, dimension, member, numerator, denominator, value, target, target_met "
                "FROM figure"
            )
            broken = [check for check in run_checks(self.session) if check.severity == "fail" and check.bad_rows]
            savepoint.rollback()
        assert broken == []
        return Figures({(r["kpi"], r["period"], r["mode"], r["dimension"], r["member"]): r for r in rows})


@dataclass(frozen=True)
class Figures:
    """The figures of a day by cell."""

    rows: dict[tuple[str, str, str, str, str], dict[str, Any]]

    def count(
        self, kpi: str, period: str = "2020/21", mode: str = "cumulative", dimension: str = "all", member: str = "all"
    ) -> int:
        """Return a numerator."""
        return int(self.rows[(kpi, period, mode, dimension, member)]["numerator"])

    def cell(
        self, kpi: str, period: str = "2020/21", mode: str = "cumulative", dimension: str = "all", member: str = "all"
    ) -> dict[str, Any]:
        """Return a whole cell."""
        return self.rows[(kpi, period, mode, dimension, member)]

    def six(self, period: str = "2020/21", mode: str = "cumulative") -> tuple[int, ...]:
        """Return contacted, entered, placed_new, placed_regular, placed_both, placed."""
        names = ("contacted", "entered", "placed_new", "placed_regular", "placed_both", "placed")
        return tuple(self.count(name, period, mode) for name in names)


@contextlib.contextmanager
def made_county(url: str, county: County | None = None) -> Iterator[Facts]:
    """Open a fresh warehouse for facts; nothing is committed."""
    used = county or shipped_county()
    engine = open_engine(url)
    try:
        with county_session(engine, used.key) as session:
            yield Facts(session, used)
            session.connection.rollback()
    finally:
        engine.dispose()
