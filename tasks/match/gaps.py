"""From unmet needs to a proposed measure: clusters, and what a measure would change.

Needs that stay open are grouped by wanted kind, wanted level, childcare and weekly
hours; within a group the commune that most of them can reach becomes the place, and
the rest looks for the next place. A cluster becomes a proposed measure when it has
the smallest size that the matching order sets for its kind.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from config.rule_tree import CEFR
from tasks.match.columns import Array, column_of, flags_of, levels_of, numbers_of
from tasks.match.geography import commune_rows, distance_table
from tasks.match.inputs import MatchInput, families, order_input

FULL_TIME_HOURS = 25
PART_TIME_HOURS = 15
_GROUP = ["category", "target_level", "needs_childcare", "hours_band"]
CLUSTER_COLUMNS = (
    "cluster_id",
    *_GROUP,
    "ags",
    "needs_count",
    "persons_count",
    "waiting_days",
    "entry_level",
    "hours_week",
    "minimum_size",
    "is_proposed",
    "need_ids",
)


def cluster_unmet(data: MatchInput, unmet: pd.DataFrame, order: MatchingOrder) -> pd.DataFrame:
    """Group unmet needs into clusters that one measure could serve.

    Args:
        data: the facts. unmet: result of `unmet_needs`. order: sets the minimum sizes.

    Returns:
        One row a cluster, largest first (ties: longest waiting, then id): CLUSTER_COLUMNS;
        ``hours_band`` is full or part; ``ags`` None when no place is known; ``entry_level``
        the lowest present level in it; ``hours_week`` fits every member; ``waiting_days``
        the sum; ``need_ids`` a list.
    """
    data = order_input(data)
    members = _members(data, unmet)
    rows, table = distance_table(data.codes.communes)
    places = sorted(rows, key=lambda ags: rows[ags])
    found = []
    for _, group in members.groupby(_GROUP, dropna=False, sort=True):
        rest = group
        while len(rest):
            ags, near = _best_place(rest, commune_rows(rest["ags"], rows), table, places)
            found.append(_cluster_row(rest[near], ags, order, families(data.codes.offer_kinds)))
            rest = rest[~near] if near.any() and not near.all() else rest.iloc[:0]
    clusters = pd.DataFrame(found, columns=list(CLUSTER_COLUMNS))
    by = ["needs_count", "waiting_days", "cluster_id"]
    return clusters.sort_values(by, ascending=[False, False, True], ignore_index=True)


def _members(data: MatchInput, unmet: pd.DataFrame) -> pd.DataFrame:
    needs = data.needs[data.needs["need_id"].isin(unmet["need_id"])]
    needs = needs.merge(unmet[["need_id", "open_days"]], on="need_id").sort_values("need_id", ignore_index=True)
    hours, hours_known = numbers_of(column_of(needs, "hours_max"))
    part, _ = flags_of(column_of(needs, "part_time"))
    homes = data.persons.set_index("person_uid").reindex(needs["person_uid"])
    radius, radius_known = numbers_of(column_of(needs, "radius_km"))
    return pd.DataFrame(
        {
            "need_id": needs["need_id"],
            "person_uid": needs["person_uid"],
            "category": needs["category"],
            "target_level": column_of(needs, "target_level"),
            "needs_childcare": flags_of(column_of(needs, "childcare"))[0].astype(bool),
            "hours_band": np.where((hours_known & (hours < FULL_TIME_HOURS)) | (part > 0), "part", "full"),
            "hours": np.where(hours_known, hours, np.where(part > 0, PART_TIME_HOURS, FULL_TIME_HOURS)),
            "level": levels_of(column_of(needs, "current_level"))[0],
            "ags": column_of(homes, "ags").to_numpy(dtype=object),
            "radius": np.where(radius_known, radius, np.inf),
            "open_days": needs["open_days"],
        }
    )


def _best_place(group: pd.DataFrame, homes: Array, table: Array, places: Sequence[str]) -> tuple[str | None, Array]:
    """Return the commune that most members reach (ties: least distance in sum, then AGS) and who reaches it."""
    distance = table[homes][:, : len(places)]
    reach = distance <= group["radius"].to_numpy()[:, None]
    if not reach.any():
        return None, np.ones(len(group), dtype=bool)
    total = np.where(reach, distance, 0.0).sum(axis=0)
    best = min(range(len(places)), key=lambda place: (-reach[:, place].sum(), total[place], places[place]))
    return places[best], np.asarray(reach[:, best])


def _cluster_row(
    members: pd.DataFrame, ags: str | None, order: MatchingOrder, family_of: Mapping[str, str]
) -> dict[str, object]:
    head = members.iloc[0]
    sizes = dict(order.gap_minimum_size)
    category = str(head["category"])
    family = family_of.get(category, category)
    minimum = sizes.get(category, sizes.get(family, sizes.get("default", 1)))
    text = "|".join(str(head[name]) for name in _GROUP) + f"|{ags}"
    persons = int(members["person_uid"].nunique())
    return {
        "cluster_id": "G" + hashlib.sha256(text.encode()).hexdigest()[:8],
        **{name: head[name] for name in _GROUP},
        "ags": ags,
        "needs_count": len(members),
        "persons_count": persons,
        "waiting_days": int(members["open_days"].sum()),
        "entry_level": CEFR[int(members["level"].min()) + 1],
        "hours_week": float(members["hours"].min()),
        "minimum_size": minimum,
        "is_proposed": ags is not None and persons >= minimum,
        "need_ids": sorted(members["need_id"]),
    }
