"""The named facts of ``config/facts.py``, computed once a need, once a run or once a pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from config.rules import Rule
from tasks.match.columns import (
    Array,
    FactColumn,
    column_of,
    day_number,
    days_of,
    flags_of,
    levels_of,
    numbers_of,
    text_column,
)
from tasks.match.geography import commune_rows, distance_table
from tasks.match.history import pair_history
from tasks.match.inputs import MatchInput
from tasks.match.run_facts import run_facts

_NEED_LEVELS = ("current_level", "target_level")
_NEED_NUMBERS = ("priority", "hours_max", "radius_km")
_UNKNOWN_STATUS = "UNBEKANNT"


@dataclass(frozen=True)
class PairAges:
    """Completed years on the day a run begins: youngest and oldest possible, and whether known at all."""

    youngest: Array
    oldest: Array
    known: Array


def fact_columns(
    data: MatchInput, order: MatchingOrder, rules: Sequence[Rule], need_rows: Array, run_rows: Array
) -> Mapping[str, FactColumn]:
    """Return every named fact but ``person.age`` (see `pair_ages`), keyed by its name."""
    facts = dict(side_facts(data))
    facts["pair.kind_wanted"] = _kind_wanted(data, need_rows, run_rows)
    facts["pair.distance_km"] = Distances(data).of(need_rows, run_rows)
    facts |= pair_history(data, order, rules, need_rows, run_rows)
    facts["person.age"] = FactColumn("pair", np.zeros(0), pair_ages(data, need_rows, run_rows).known)
    return facts


def side_facts(data: MatchInput) -> Mapping[str, FactColumn]:
    """Return the facts that belong to a need, a run or the day alone."""
    day = FactColumn("const", np.array(float(day_number(data.as_of))), np.ones((), dtype=bool))
    return {"as_of": day, **_person_facts(data), **_need_facts(data.needs), **run_facts(data.runs)}


def _persons_by_need(data: MatchInput) -> pd.DataFrame:
    return data.persons.set_index("person_uid").loc[data.needs["person_uid"]].reset_index()


def _person_facts(data: MatchInput) -> dict[str, FactColumn]:
    persons = _persons_by_need(data)
    status = column_of(persons, "residence_status").astype(object)
    status = status.where(status.notna() & (status.astype(str) != ""), _UNKNOWN_STATUS)
    codes = data.codes.residence_statuses
    groups = dict(zip(codes["code"].astype(str), codes["residence_group"].astype(str), strict=True))
    _, entered = days_of(column_of(persons, "entered_on"))
    consent, consent_known = flags_of(column_of(persons, "consent_casework"))
    return {
        "person.residence_status": text_column("need", status),
        "person.residence_group": text_column("need", status.map(groups)),
        "person.entered": FactColumn("need", entered.astype(np.int8), np.ones_like(entered)),
        "person.consent": FactColumn("need", consent, consent_known),
    }


def _need_facts(needs: pd.DataFrame) -> dict[str, FactColumn]:
    facts = {f"need.{name}": FactColumn("need", *levels_of(column_of(needs, name))) for name in _NEED_LEVELS}
    facts |= {f"need.{name}": FactColumn("need", *numbers_of(column_of(needs, name))) for name in _NEED_NUMBERS}
    for name in ("childcare", "part_time"):
        facts[f"need.{name}"] = FactColumn("need", *flags_of(column_of(needs, name)))
    return facts


def _kind_wanted(data: MatchInput, need_rows: Array, run_rows: Array) -> FactColumn:
    category = pd.factorize(
        pd.concat([data.needs["category"].astype(str), data.runs["kind"].astype(str), data.runs["family"].astype(str)])
    )[0]
    needs, runs = len(data.needs), len(data.runs)
    wanted, kind, family = category[:needs], category[needs : needs + runs], category[needs + runs :]
    match = (wanted[need_rows] == kind[run_rows]) | (wanted[need_rows] == family[run_rows])
    return FactColumn("pair", match, np.ones_like(match))


class Distances:
    """Kilometres between the homes of needs and the places of runs."""

    def __init__(self, data: MatchInput) -> None:
        rows, self.table = distance_table(data.codes.communes)
        self.homes = commune_rows(column_of(_persons_by_need(data), "ags"), rows)
        self.places = commune_rows(column_of(data.runs, "ags"), rows)

    def of(self, need_rows: Array, run_rows: Array) -> FactColumn:
        """Return the distance of pairs, unknown where a place is."""
        distance = self.table[self.homes[need_rows], self.places[run_rows]]
        known = ~np.isnan(distance)
        return FactColumn("pair", np.where(known, distance, 0.0), known)


def pair_ages(data: MatchInput, need_rows: Array, run_rows: Array) -> PairAges:
    """Return completed years on the run's first day, or on the as-of day once it has begun or has no date.

    A birth date of 1 January stands for any day of that year: the person may be up
    to one year younger. 29 February completes its year on 1 March (BGB §§ 187, 188).
    """
    birth = pd.to_datetime(column_of(_persons_by_need(data), "birth_date"), errors="coerce")
    known = birth.notna().to_numpy(dtype=bool)
    born = (birth.dt.year * 10000 + birth.dt.month * 100 + birth.dt.day).fillna(0).to_numpy(dtype=np.int64)
    unsure = known & (born % 10000 == 101)
    latest = np.where(unsure, born - 101 + 1231, born)
    starts = pd.to_datetime(column_of(data.runs, "starts_on"), errors="coerce")
    today = pd.Timestamp(data.as_of)
    day = starts.where(starts >= today, today)
    start = (day.dt.year * 10000 + day.dt.month * 100 + day.dt.day).to_numpy(dtype=np.int64)[run_rows]
    return PairAges((start - latest[need_rows]) // 10000, (start - born[need_rows]) // 10000, known[need_rows])
