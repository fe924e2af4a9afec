"""Why a figure changed between two published days: every difference has a cause, and the facts behind it.

Both days are explained with what was known on each of them. A person or thing
whose amount or weight differs has exactly one cause:

linked_or_split  its source ids stand for another person now,
new              nothing that the earlier day knew has changed: later facts brought it, or took it out as time passed,
corrected        a record that the earlier day knew was corrected, ended or retracted,
left             it no longer counts because a consent was withdrawn, or nothing is known of it any more.

What is left between the recomputed and the published figures is ``redefined`` (a
new definition or configuration) or, where a person was erased since, ``erased``.
So the causes add up to the difference of the published figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tasks.publish.explain import Explanation, records
from tasks.warehouse.session import CountySession

TOLERANCE = 1e-9
COLUMNS = ["person_uid", "thing", "cause", "before", "after", "amount", "weight", "facts"]


@dataclass(frozen=True)
class Total:
    """A published total: NULL parts are 0 here; ``version`` is the definition's."""

    numerator: float
    denominator: float
    version: str

    def document(self) -> dict[str, Any]:
        """Return the total as JSON values."""
        return {"numerator": self.numerator, "denominator": self.denominator, "kpi_version": self.version}


@dataclass(frozen=True)
class Histories:
    """What became known between two days: facts by person, moved source ids, how many persons were erased."""

    facts: Mapping[str, list[dict[str, Any]]]
    moved: frozenset[str]
    erased: int


@dataclass(frozen=True)
class Change:
    """The difference of one figure between two published days, row by row (columns ``COLUMNS``)."""

    kpi: str
    period: str
    mode: str
    first: Total
    last: Total
    rows: pd.DataFrame

    def difference(self) -> dict[str, float]:
        """Return by how much the published numerator and denominator differ."""
        return {
            "numerator": self.last.numerator - self.first.numerator,
            "denominator": self.last.denominator - self.first.denominator,
        }

    def causes(self) -> list[dict[str, Any]]:
        """Return rows, numerator and denominator by cause; they add up to ``difference``."""
        grouped = self.rows.groupby("cause", sort=True)
        sums = grouped.agg(rows=("cause", "size"), numerator=("amount", "sum"), denominator=("weight", "sum"))
        return records(sums.reset_index())


def published_total(session: CountySession, found: Explanation, day: date) -> Total:
    """Return the total as it was published on ``day``; the recomputed one where nothing was stored."""
    rows = session.rows(
        "SELECT numerator, denominator, kpi_version FROM internal.kpi WHERE county = :county AND kpi = :kpi AND "
        "period = :period AND mode = :mode AND as_of = :day AND dimension = 'all'",
        kpi=found.kpi,
        period=found.period,
        mode=found.mode,
        day=day,
    )
    if not rows:
        return Total(found.numerator, found.denominator or 0.0, found.kpi_version)
    return Total(float(rows[0]["numerator"]), float(rows[0]["denominator"] or 0), rows[0]["kpi_version"])


def read_histories(session: CountySession, first: date, last: date) -> Histories:
    """Return what became known after ``first`` and by ``last``, a list of facts a person."""
    facts: dict[str, list[dict[str, Any]]] = {}
    for row in session.rows_of("marts/explain/history", first=first, last=last):
        facts.setdefault(row.pop("person_uid"), []).append(row)
    moved = session.rows_of("marts/explain/moved_ids", first=first, last=last)
    erased = session.value(
        "SELECT count(*) FROM ops.audit WHERE county = :county AND action = 'erase' AND at > coalesce((SELECT "
        "min(r.published_at) FROM ops.run AS r WHERE r.county = :county AND r.published AND r.as_of = :first), at)",
        first=first,
    )
    return Histories(facts, frozenset(row["person_uid"] for row in moved), erased)


def compare(before: Explanation, after: Explanation, first: Total, last: Total, histories: Histories) -> Change:
    """Return every row that differs, with its cause; what recomputation does not give back comes last."""
    old, new = _by_subject(before.rows), _by_subject(after.rows)
    rows = []
    for subject in sorted(old.keys() | new.keys()):
        was, now = old.get(subject), new.get(subject)
        amount, weight = (_part(now, name) - _part(was, name) for name in ("amount", "weight"))
        if amount == 0 and weight == 0:
            continue
        facts = histories.facts.get(subject[0], [])
        rows.append(
            {
                "person_uid": subject[0] or None,
                "thing": subject[1] or None,
                "cause": _cause(was, now, facts, moved=subject[0] in histories.moved),
                "before": None if was is None else was["reason"],
                "after": None if now is None else now["reason"],
                "amount": amount,
                "weight": weight,
                "facts": facts,
            }
        )
    rows += _rest(rows, first, last, histories.erased)
    return Change(after.kpi, after.period, after.mode, first, last, pd.DataFrame(rows, columns=COLUMNS, dtype=object))


def _by_subject(rows: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """Return reason, amount and weight by (person, thing); several rows of one thing are one."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for person, thing, reason, amount, weight in rows[["person_uid", "thing", "reason", "amount", "weight"]].itertuples(
        index=False
    ):
        one = found.setdefault((person or "", thing or ""), {"reason": reason, "amount": 0, "weight": 0})
        one["amount"] += amount
        one["weight"] += weight
    return found


def _part(row: Mapping[str, Any] | None, name: str) -> float:
    return 0.0 if row is None else float(row[name])


def _cause(
    was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, facts: list[dict[str, Any]], *, moved: bool
) -> str:
    if moved:
        return "linked_or_split"
    if now is None or now["reason"] in ("statistics_refused", "casework_refused"):
        return "left"
    if was is not None and any(fact["change"] != "added" for fact in facts):
        return "corrected"
    return "new"


def _rest(rows: list[dict[str, Any]], first: Total, last: Total, erased: int) -> list[dict[str, Any]]:
    """Return the row that recomputation cannot name: another definition, or persons erased since."""
    amount = last.numerator - first.numerator - sum(row["amount"] for row in rows)
    weight = last.denominator - first.denominator - sum(row["weight"] for row in rows)
    if abs(amount) < TOLERANCE and abs(weight) < TOLERANCE:
        return []
    cause = "erased" if erased and first.version == last.version else "redefined"
    rest: dict[str, Any] = dict.fromkeys(COLUMNS)
    return [{**rest, "cause": cause, "amount": amount, "weight": weight, "facts": []}]
