"""What speaks for a proposal and what a person should look at, in German and English."""

from typing import Any

import numpy as np
import pandas as pd

from config.matching_order import MatchingOrder
from tasks.match.columns import column_of, numbers_of
from tasks.match.history import seated_enrolments
from tasks.match.inputs import SEPARATOR, MatchInput
from tasks.match.score import need_priorities, need_waiting_days


def proposal_reasons(
    proposals: pd.DataFrame, pairs: pd.DataFrame, data: MatchInput, order: MatchingOrder
) -> list[list[dict[str, str]]]:
    """Return for each proposal its reasons, each ``{side: for|against|note, de, en}``.

    Args:
        proposals: rows with need_id, offer_id, run_id, rank, distance_km, kept, newly_judged.
        pairs: all judged pairs with their rank (for alternatives and competitors).
        data: ordered input. order: names the smallest groups.
    """
    fitting = pairs[pairs["eligible"] == "yes"]
    choices = fitting.groupby("need_id").size().to_dict()
    rivals = fitting.groupby(["offer_id", "run_id"]).size().to_dict()
    priority = dict(zip(data.needs["need_id"], need_priorities(data), strict=True))
    waiting = dict(zip(data.needs["need_id"], need_waiting_days(data), strict=True))
    keys = list(zip(data.runs["offer_id"], data.runs["run_id"], strict=True))
    free = dict(zip(keys, column_of(data.runs, "seats_free"), strict=True))
    starts = dict(zip(keys, pd.to_datetime(column_of(data.runs, "starts_on"), errors="coerce"), strict=True))
    next_best = NextBest(proposals, fitting, priority, waiting)
    groups = group_sizes(proposals, data, order)
    found: list[list[dict[str, str]]] = []
    for row in proposals.itertuples(index=False):
        run = (str(row.offer_id), str(row.run_id))
        lines = _merits(row, priority[row.need_id], waiting[row.need_id])
        lines += _alternatives(row, int(choices.get(row.need_id, 0)), int(rivals.get(run, 0)), free[run])
        lines += next_best.lines(row) + _group(*groups[run]) + _cautions(row, starts[run])
        found.append(lines)
    return found


class NextBest:
    """What would come next: the need's next run, and the run's next need without a proposal."""

    def __init__(
        self, proposals: pd.DataFrame, fitting: pd.DataFrame, priority: dict[str, int], waiting: dict[str, int]
    ) -> None:
        mine = fitting[fitting["need_id"].isin(proposals["need_id"])].sort_values(["need_id", "rank"])
        two = mine.groupby("need_id").head(2)
        self.runs: dict[Any, list[str]] = {}
        for need, offer in zip(two["need_id"], two["offer_id"], strict=True):
            self.runs.setdefault(need, []).append(offer)
        rest = fitting[~fitting["need_id"].isin(proposals["need_id"])]
        rest = rest[rest["offer_id"].isin(proposals["offer_id"])]
        rest = rest.assign(
            priority=[priority[need] for need in rest["need_id"]], waiting=[-waiting[need] for need in rest["need_id"]]
        )
        rest = rest.sort_values(["priority", "waiting", "need_id"]).drop_duplicates(["offer_id", "run_id"])
        keys = zip(rest["offer_id"], rest["run_id"], strict=True)
        self.needs = dict(zip(keys, rest["need_id"], strict=True))

    def lines(self, row: Any) -> list[dict[str, str]]:
        """Return the notes of one proposal."""
        lines = []
        others = [offer for offer in self.runs.get(row.need_id, []) if offer != row.offer_id]
        if others:
            offer = others[0].rpartition(SEPARATOR)[2]
            lines.append(_reason("note", f"Nächstbestes Angebot: {offer}.", f"Next best offer: {offer}."))
        if (row.offer_id, row.run_id) in self.needs:
            need = self.needs[row.offer_id, row.run_id].rpartition(SEPARATOR)[2]
            lines.append(_reason("note", f"Nächster Bedarf für diesen Platz: {need}.", f"Next need in line: {need}."))
        return lines


def group_sizes(
    proposals: pd.DataFrame, data: MatchInput, order: MatchingOrder
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return by run the smallest group, seats taken, seats proposed; information, never a limit of the plan."""
    out = proposals.groupby(["offer_id", "run_id"]).size().to_dict()
    seated = seated_enrolments(data)
    listed = seated.groupby(["offer_id", "run_id"]).size().to_dict() if len(seated) else {}
    most, free, least = (numbers_of(column_of(data.runs, name)) for name in ("seats_max", "seats_free", "seats_min"))
    counted = np.where(most[1] & free[1], np.maximum(most[0] - free[0], 0), 0)
    sizes = dict(order.minimum_group)
    found = {}
    for row, run in enumerate(data.runs.itertuples(index=False)):
        key = (str(run.offer_id), str(run.run_id))
        taken = max(int(counted[row]), int(listed.get(key, 0)))
        usual = sizes.get(str(run.kind), sizes.get(str(run.family), sizes.get("default", 1)))
        minimum = int(least[0][row]) if least[1][row] else usual
        found[key] = (minimum, taken, int(out.get(key, 0)))
    return found


def _group(minimum: int, taken: int, proposed: int) -> list[dict[str, str]]:
    if taken + proposed >= minimum:
        return []
    return [
        _reason(
            "note",
            f"Mindestgröße {minimum}: belegt {taken}, vorgeschlagen {proposed}.",
            f"Smallest group {minimum}: taken {taken}, proposed {proposed}.",
        )
    ]


def _reason(side: str, de: str, en: str) -> dict[str, str]:
    return {"side": side, "de": de, "en": en}


def _merits(row: Any, priority: int, waiting: int) -> list[dict[str, str]]:
    lines = [_reason("for", "Erfüllt alle Regeln der Angebotsart.", "Meets all rules for this kind of offer.")]
    if priority == 1:
        lines.append(_reason("for", "Der Bedarf ist dringlich (Priorität 1).", "The need is urgent (priority 1)."))
    if waiting:
        lines.append(_reason("for", f"Wartet seit {waiting} Tagen.", f"Waiting for {waiting} days."))
    if pd.notna(row.distance_km):
        km = f"{row.distance_km:.1f}"
        lines.append(
            _reason("for", f"Entfernung {km.replace('.', ',')} km (Luftlinie).", f"Distance {km} km (straight line).")
        )
    return lines


def _alternatives(row: Any, choices: int, rivals: int, free: Any) -> list[dict[str, str]]:
    lines = []
    if pd.notna(row.rank) and choices > 1:
        lines.append(
            _reason(
                "note",
                f"Rang {row.rank} von {choices} passenden Durchgängen.",
                f"Rank {row.rank} of {choices} fitting runs.",
            )
        )
    if rivals > 1 and pd.notna(free):
        lines.append(
            _reason(
                "note",
                f"{rivals} Bedarfe passen auf {int(free)} freie Plätze.",
                f"{rivals} needs fit {int(free)} free seats.",
            )
        )
    return lines


def _cautions(row: Any, starts_on: Any) -> list[dict[str, str]]:
    lines = []
    if pd.isna(starts_on):
        lines.append(
            _reason("against", "Der Beginn ist nicht angegeben, bitte erfragen.", "No start date given, please ask.")
        )
    if row.eligible == "unknown":
        lines.append(
            _reason("against", "Eine Angabe fehlt inzwischen, bitte klären.", "A fact is missing by now, please check.")
        )
    if row.newly_judged:
        lines.append(
            _reason(
                "note",
                "Neu beurteilt: früher abgelehnt, seither haben sich Bedarf, Angebot oder Regeln geändert.",
                "Judged anew: rejected before; need, offer or rules have changed since.",
            )
        )
    if row.kept:
        lines.append(_reason("note", "Liegt bereits zur Entscheidung vor.", "Already out for decision."))
    return lines
