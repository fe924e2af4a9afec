"""Who is served, who waits and whose proposals are overruled, by sex, status group and commune.

The table watches the assignment; it never enters it. Its cells count persons of
small groups, so it is for case work and steering, never for publication as it is.
"""

import numpy as np
import pandas as pd

from tasks.match.columns import column_of
from tasks.match.inputs import MatchInput, order_input
from tasks.match.score import need_waiting_days

_MISSING = {"sex": "x", "residence_group": "other", "commune": "other"}


def fairness_table(data: MatchInput, pairs: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, waiting and override rates by group.

    Returns:
        One row per (dimension, member), dimensions all, sex, residence_group, commune:
        needs_count, persons_count, eligible_count (needs with at least one eligible run),
        proposed_count, coverage_share (proposed of needs), waiting_days (median of open
        needs), decided_count, rejected_count, override_share (rejected of decided; NaN
        when none was decided).
    """
    data = order_input(data)
    needs = _grouped_needs(data)
    needs["has_run"] = needs["need_id"].isin(pairs.loc[pairs["eligible"] == "yes", "need_id"])
    needs["is_proposed"] = needs["need_id"].isin(proposals["need_id"])
    decided = data.decisions[data.decisions["decision"].isin(["accept", "reject"])]
    needs["decided"] = needs["need_id"].map(decided.groupby("need_id").size()).fillna(0)
    rejected = decided[decided["decision"] == "reject"].groupby("need_id").size()
    needs["rejected"] = needs["need_id"].map(rejected).fillna(0)
    tables = [_table(needs, dimension) for dimension in ("all", *_MISSING)]
    return pd.concat(tables, ignore_index=True)


def _grouped_needs(data: MatchInput) -> pd.DataFrame:
    persons = data.persons.set_index("person_uid").loc[data.needs["person_uid"]].reset_index()
    codes = data.codes.residence_statuses
    groups = dict(zip(codes["code"].astype(str), codes["residence_group"].astype(str), strict=True))
    return pd.DataFrame(
        {
            "need_id": data.needs["need_id"],
            "person_uid": data.needs["person_uid"],
            "waiting": need_waiting_days(data),
            "all": "all",
            "sex": column_of(persons, "sex").fillna(_MISSING["sex"]),
            "residence_group": column_of(persons, "residence_status").map(groups).fillna(_MISSING["residence_group"]),
            "commune": column_of(persons, "ags").fillna(_MISSING["commune"]),
        }
    )


def _table(needs: pd.DataFrame, dimension: str) -> pd.DataFrame:
    table = (
        needs.groupby(dimension, sort=True)
        .agg(
            needs_count=("need_id", "size"),
            persons_count=("person_uid", "nunique"),
            eligible_count=("has_run", "sum"),
            proposed_count=("is_proposed", "sum"),
            waiting_days=("waiting", "median"),
            decided_count=("decided", "sum"),
            rejected_count=("rejected", "sum"),
        )
        .astype({"decided_count": np.int64, "rejected_count": np.int64})
        .rename_axis("member")
        .reset_index()
    )
    table.insert(0, "dimension", dimension)
    table["coverage_share"] = table["proposed_count"] / table["needs_count"]
    table["override_share"] = table["rejected_count"] / table["decided_count"].where(table["decided_count"] > 0)
    return table
