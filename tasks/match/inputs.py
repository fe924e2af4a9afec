"""What matching reads, put in one order so that the order of delivered rows never matters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from schemas.errors import StepFailed
from tasks.match.columns import Array, column_of, require_columns

_ENROLMENT_COLUMNS = ("person_uid", "offer_id", "kind", "state", "starts_on", "ends_on")
SEPARATOR = chr(31)
"""Stands between the source and the id in ids of needs and offers (see ``facts_of_day.py``)."""
SEATED = ("registered", "waiting", "started")


@dataclass(frozen=True)
class CodeTables:
    """Code lists that matching reads.

    ``offer_kinds``: code, family, target_level. ``residence_statuses``: code,
    residence_group. ``communes``: ags, lat, lon.
    """

    offer_kinds: pd.DataFrame
    residence_statuses: pd.DataFrame
    communes: pd.DataFrame


@dataclass(frozen=True)
class MatchInput:
    """The facts of one county on one day; frames as CONTRACT.md section 2 names their columns.

    needs: need_id (unique), person_uid, category, …; only open needs.
    persons: person_uid (unique), birth_date, residence_status, ags, entered_on, consent_casework.
    runs: offer_id, run_id (unique together), kind, module, …; the newest delivery.
    enrolments: person_uid, offer_id, run_id, kind, state, starts_on, ends_on.
    decisions: proposal_id, need_id, offer_id, run_id, decision, decided_on.
    open_proposals: proposal_id, need_id, offer_id, run_id, state, first_proposed_on.
    """

    as_of: date
    needs: pd.DataFrame
    persons: pd.DataFrame
    runs: pd.DataFrame
    enrolments: pd.DataFrame
    decisions: pd.DataFrame
    open_proposals: pd.DataFrame
    codes: CodeTables


def order_input(data: MatchInput) -> MatchInput:
    """Return the same facts checked, keyed and sorted; persons without consent are left out.

    ``run_id`` may be absent (an offer with one run): it becomes an empty text. Runs
    get ``family`` and, where their own is absent, the kind's ``target_level``.

    Raises:
        StepFailed: E620 when key columns are missing, E621 when a key stands twice.
    """
    require_columns(data.needs, "needs", ("need_id", "person_uid", "category"))
    require_columns(data.persons, "persons", ("person_uid",))
    require_columns(data.runs, "runs", ("offer_id", "run_id", "kind"))
    persons = _keyed(data.persons, "persons", ["person_uid"])
    persons = persons[consents(persons)].reset_index(drop=True)
    needs = _keyed(data.needs.assign(person_uid=data.needs["person_uid"].astype(str)), "needs", ["need_id"])
    needs = needs[needs["person_uid"].isin(persons["person_uid"])].reset_index(drop=True)
    runs = _keyed(data.runs.assign(run_id=_text_key(data.runs["run_id"])), "runs", ["offer_id", "run_id"])
    return MatchInput(
        data.as_of,
        needs,
        persons,
        _with_kind(runs, data.codes.offer_kinds),
        _with_text_uid(_with_run_key(data.enrolments, _ENROLMENT_COLUMNS)),
        _last_decisions(data.decisions),
        _with_run_key(data.open_proposals, ("proposal_id", "need_id", "offer_id", "state", "first_proposed_on")),
        data.codes,
    )


def consents(persons: pd.DataFrame) -> Array:
    """Mark persons whose consent to case work is not withdrawn."""
    refused = column_of(persons, "consent_casework").map(lambda value: value is False or str(value).lower() == "false")
    return np.asarray(~refused.to_numpy(dtype=bool))


def families(offer_kinds: pd.DataFrame) -> Mapping[str, str]:
    """Return the family of each offer kind."""
    return dict(zip(offer_kinds["code"].astype(str), offer_kinds["family"].astype(str), strict=True))


def _keyed(frame: pd.DataFrame, table: str, key: list[str]) -> pd.DataFrame:
    ordered = frame.assign(**{name: frame[name].astype(str) for name in key}).sort_values(key, kind="stable")
    twice = int(ordered.duplicated(key).sum())
    if twice:
        raise StepFailed("E621", table=table, count=twice)
    return ordered.reset_index(drop=True)


def _text_key(series: "pd.Series[Any]") -> "pd.Series[Any]":
    return series.astype(object).where(series.notna(), "").astype(str)


def _with_run_key(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    whole = frame.assign(**{name: column_of(frame, name) for name in (*names, "run_id")})
    whole["run_id"] = _text_key(whole["run_id"])
    return whole.reset_index(drop=True)


def _last_decisions(decisions: pd.DataFrame) -> pd.DataFrame:
    """Keep the last decision on each proposal; a later one replaces an earlier."""
    whole = _with_run_key(decisions, ("proposal_id", "need_id", "offer_id", "decision", "decided_on"))
    ordered = whole.sort_values(["decided_on", "proposal_id"], kind="stable", ignore_index=True)
    return ordered.drop_duplicates("proposal_id", keep="last", ignore_index=True)


def _with_text_uid(frame: pd.DataFrame) -> pd.DataFrame:
    """Read person_uid as text: databases hand out UUID objects, files texts."""
    return frame.assign(person_uid=frame["person_uid"].astype(str))


def _with_kind(runs: pd.DataFrame, offer_kinds: pd.DataFrame) -> pd.DataFrame:
    targets = dict(zip(offer_kinds["code"].astype(str), offer_kinds["target_level"], strict=True))
    own = column_of(runs, "target_level")
    present = own.notna() & (own.astype(str) != "")
    return runs.assign(
        family=runs["kind"].map(families(offer_kinds)),
        target_level=own.astype(object).where(present, runs["kind"].map(targets)),
    )
