"""What a proposed measure would change: the night solved again with it added."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from config.matching_order import MatchingOrder
from config.rules import Rule
from tasks.match.assign import Assignment, assign_seats
from tasks.match.columns import column_of, days_of
from tasks.match.eligibility import eligible_pairs
from tasks.match.inputs import MatchInput, order_input

START_AFTER_DAYS = 42
LASTS_DAYS = 180
EFFECT_COLUMNS = (
    "cluster_id",
    "kind",
    "seats",
    "ags",
    "starts_on",
    "ends_on",
    "hours_week",
    "needs_gained",
    "persons_gained",
    "entered_gained",
    "entered_count",
    "waiting_before",
    "waiting_after",
)


def propose_measures(
    data: MatchInput,
    rules: Sequence[Rule],
    order: MatchingOrder,
    clusters: pd.DataFrame,
    assignment: Assignment,
) -> pd.DataFrame:
    """Solve the night again with each proposed measure added, one at a time.

    A measure has the cluster's kind (of a family: its first kind by code), as many seats as
    members, begins six weeks after the as-of day and offers what the cluster needs. The
    module is the kind's suggested one, so rules of funding and status hold for it too: a
    measure that law closes to its members gains nobody, and the table shows it.

    Args:
        clusters: of `cluster_unmet`; only rows with ``is_proposed``. assignment: of the night.

    Returns:
        One row a proposed measure: cluster_id, kind, seats, ags, needs_gained (more needs
        with a proposal), persons_gained (more persons with one), entered_gained (of these,
        persons in the programme without a measure so far) and entered_count (persons in
        the programme), so that entered_gained / entered_count is the expected rise of the
        placement rate; waiting_before, waiting_after: persons in the programme with neither
        measure nor proposal, the part of the case load that waits.
    """
    data = order_input(data)
    wanted = clusters[clusters["is_proposed"].to_numpy(dtype=bool)]
    found = [_effect(cluster, data, rules, order, assignment) for cluster in wanted.to_dict("records")]
    return pd.DataFrame(found, columns=list(EFFECT_COLUMNS))


def _effect(
    cluster: Mapping[object, object],
    data: MatchInput,
    rules: Sequence[Rule],
    order: MatchingOrder,
    assignment: Assignment,
) -> dict[str, object]:
    run = measure_run(cluster, data)
    added = replace(data, runs=pd.concat([data.runs, pd.DataFrame([run])], ignore_index=True))
    with_it = assign_seats(eligible_pairs(added, rules, order), added, rules, order).proposals
    before, after = set(assignment.proposals["person_uid"]), set(with_it["person_uid"])
    entered = set(data.persons.loc[days_of(column_of(data.persons, "entered_on"))[1], "person_uid"].astype(str))
    placed = set(data.enrolments.loc[data.enrolments["state"].isin(["started", "completed"]), "person_uid"])
    return {
        "cluster_id": cluster["cluster_id"],
        "kind": run["kind"],
        "seats": run["seats_free"],
        "ags": run["ags"],
        "starts_on": run["starts_on"],
        "ends_on": run["ends_on"],
        "hours_week": run["hours_week"],
        "needs_gained": len(with_it) - len(assignment.proposals),
        "persons_gained": len(after) - len(before),
        "entered_gained": len((after - before) & entered - placed),
        "entered_count": len(entered),
        "waiting_before": len(entered - placed - before),
        "waiting_after": len(entered - placed - after),
    }


def measure_run(cluster: Mapping[object, object], data: MatchInput) -> dict[str, object]:
    """Return the offer run that a cluster asks for, in the columns of offers."""
    kinds = data.codes.offer_kinds.sort_values("code")
    own = kinds[(kinds["code"] == cluster["category"]) | (kinds["family"] == cluster["category"])].iloc[0]
    start = data.as_of + timedelta(days=START_AFTER_DAYS)
    return {
        "offer_id": f"proposed-{cluster['cluster_id']}",
        "run_id": "1",
        "kind": own["code"],
        "module": own["suggested_module"],
        "ags": cluster["ags"],
        "mode": "onsite",
        "starts_on": start,
        "ends_on": start + timedelta(days=LASTS_DAYS),
        "hours_week": cluster["hours_week"],
        "seats_max": cluster["persons_count"],
        "seats_free": cluster["persons_count"],
        "seats_as_of": data.as_of,
        "entry_level": cluster["entry_level"],
        "target_level": cluster["target_level"],
        "part_time": cluster["hours_band"] == "part",
        "childcare": cluster["needs_childcare"],
    }
