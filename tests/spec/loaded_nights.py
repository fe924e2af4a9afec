"""Nights of snapshots straight into the history tables, as CONTRACT.md section 5 says a load leaves them."""

from datetime import date
from typing import Any

from schemas.kinds import KINDS
from tests.spec.facts import Facts
from tests.spec.made_nights import Snapshot
from tests.spec.night_oracle import KEYS, LASTING, Row

TABLES = {kind: f"core.{kind.removesuffix('s')}_version" for kind in KEYS} | {"staff": "core.staff_version"}
IN_VAULT = ("last_name", "first_name", "birth_date")


class Loader:
    """Writes each night's changes: new content is a version, a missing stay ends, a missing event is retracted."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.standing: dict[tuple[str, Any], Row] = {}
        self.ended: set[tuple[str, Any]] = set()

    def load(self, day: date, snapshot: Snapshot) -> None:
        for kind, key in KEYS.items():
            rows = {tuple(row.get(name) for name in key): row for row in snapshot[kind]}
            for name, row in rows.items():
                if self.standing.get((kind, name)) != row or (kind, name) in self.ended:
                    self._write(kind, name, row, day, None)
            missing = [name for (one, name) in self.standing if one == kind and name not in rows]
            for name in missing:
                if kind in LASTING:
                    if (kind, name) not in self.ended:
                        self._write(kind, name, self.standing[(kind, name)], day, day)
                else:
                    self.facts.retract(TABLES[kind], f"{kind}|{name}", day)
                    del self.standing[(kind, name)]

    def _write(self, kind: str, name: Any, row: Row, day: date, ended_on: date | None) -> None:
        columns = {column: value for column, value in row.items() if column != "person_id"}
        if "person_id" in row:
            columns["ref_id"] = self.facts.ref(row["person_id"], day)
        if kind == "enrolments":
            columns["offer_source"] = "made"
        known = {column.name for column in KINDS[kind].columns}
        assert set(row) <= known
        tables = [(TABLES[kind], {column: v for column, v in columns.items() if column not in IN_VAULT})]
        if kind == "participants":
            tables.append(("vault.identity_version", {"ref_id": columns["ref_id"], "birth_date": row["birth_date"]}))
        for table, values in tables:
            self.facts._version(table, f"{kind}|{name}", day, ended_on, **values)
        self.standing[(kind, name)] = dict(row)
        self.ended.discard((kind, name))
        if ended_on is not None:
            self.ended.add((kind, name))
