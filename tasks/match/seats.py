"""Needs that have a seat already, and needs that stay unmet."""

import numpy as np
import pandas as pd

from tasks.match.columns import day_number, days_of
from tasks.match.history import accepted_proposals
from tasks.match.inputs import SEATED, MatchInput, families, order_input


def served_needs(data: MatchInput) -> set[str]:
    """Return needs with a seat: an enrolment in an offer of the wanted kind or family, or an accepted proposal.

    Registered, waiting and started count; completed counts unless it ended before the
    need was recorded (a need recorded afterwards wants something new).
    """
    family_of = families(data.codes.offer_kinds)
    events = data.enrolments[["person_uid", "kind", "state", "ends_on"]]
    events = events[events["state"].isin([*SEATED, "completed"]).to_numpy(dtype=bool)]
    wants = data.needs.reindex(columns=["need_id", "person_uid", "category", "recorded_on"])
    both = wants.merge(events, on="person_uid", how="inner")
    family = both["kind"].map(family_of)
    fits = (both["category"] == both["kind"]) | (both["category"] == family)
    ended, ended_known = days_of(both["ends_on"])
    recorded, recorded_known = days_of(both["recorded_on"])
    past = (both["state"] == "completed").to_numpy() & ended_known & recorded_known & (ended < recorded)
    # Where the provider lists the accepted seat as dropped or cancelled, or withdraws the run, the need is open again.
    accepted = accepted_proposals(data)
    held = accepted.loc[~accepted["is_lost"].to_numpy(dtype=bool), "need_id"]
    return set(both.loc[fits.to_numpy(dtype=bool) & ~past, "need_id"]) | set(held)


def unmet_needs(data: MatchInput, pairs: pd.DataFrame, proposals: pd.DataFrame, after_days: int) -> pd.DataFrame:
    """List open needs without seat or proposal.

    Args:
        data, pairs, proposals: the facts, `eligible_pairs` and the proposals of `assign_seats`.
        after_days: threshold of CONTRACT.md (``thresholds.unmet_after_days``).

    Returns:
        One row a need: need_id, person_uid, category, open_days, is_overdue (open for more
        than ``after_days``), runs_count, eligible_count, unknown_count, main_obstacle (the
        most frequent first failing rule, ties to the alphabet; None without runs).
    """
    data = order_input(data)
    met = served_needs(data) | set(proposals["need_id"])
    unmet = data.needs[~data.needs["need_id"].isin(met)].reset_index(drop=True)
    recorded, known = days_of(unmet.reindex(columns=["recorded_on"])["recorded_on"])
    open_days = np.where(known, np.maximum(day_number(data.as_of) - recorded, 0), 0).astype(np.int64)
    mine = pairs[pairs["need_id"].isin(unmet["need_id"])]
    counts = pd.crosstab(mine["need_id"], mine["eligible"]).reindex(index=unmet["need_id"], fill_value=0)
    counts = counts.reindex(columns=["yes", "no", "unknown"], fill_value=0)
    obstacles = mine.dropna(subset=["failed_rule"]).groupby(["need_id", "failed_rule"]).size().reset_index(name="count")
    obstacles = obstacles.sort_values(["need_id", "count", "failed_rule"], ascending=[True, False, True])
    obstacle = obstacles.drop_duplicates("need_id").set_index("need_id")["failed_rule"]
    return pd.DataFrame(
        {
            "need_id": unmet["need_id"],
            "person_uid": unmet["person_uid"],
            "category": unmet["category"],
            "open_days": open_days,
            "is_overdue": open_days > after_days,
            "runs_count": counts.sum(axis=1).to_numpy(),
            "eligible_count": counts["yes"].to_numpy(),
            "unknown_count": counts["unknown"].to_numpy(),
            "main_obstacle": unmet["need_id"].map(obstacle.to_dict()).astype(object),
        }
    )
