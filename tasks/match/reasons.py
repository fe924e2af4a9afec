"""What speaks for a proposal and what a person should look at, in German and English."""

from typing import Any

import pandas as pd

from tasks.match.columns import column_of
from tasks.match.inputs import MatchInput
from tasks.match.score import need_priorities, need_waiting_days


def proposal_reasons(proposals: pd.DataFrame, pairs: pd.DataFrame, data: MatchInput) -> list[list[dict[str, str]]]:
    """Return for each proposal its reasons, each ``{side: for|against|note, de, en}``.

    Args:
        proposals: rows with need_id, offer_id, run_id, rank, distance_km, kept, newly_judged.
        pairs: all judged pairs (for the number of alternatives and competitors).
        data: ordered input.
    """
    fitting = pairs[pairs["eligible"] == "yes"]
    choices = fitting.groupby("need_id").size()
    rivals = fitting.groupby(["offer_id", "run_id"]).size()
    priority = dict(zip(data.needs["need_id"], need_priorities(data), strict=True))
    waiting = dict(zip(data.needs["need_id"], need_waiting_days(data), strict=True))
    keys = list(zip(data.runs["offer_id"], data.runs["run_id"], strict=True))
    free = dict(zip(keys, column_of(data.runs, "seats_free"), strict=True))
    starts = dict(zip(keys, pd.to_datetime(column_of(data.runs, "starts_on"), errors="coerce"), strict=True))
    found: list[list[dict[str, str]]] = []
    for row in proposals.itertuples(index=False):
        run = (row.offer_id, row.run_id)
        lines = _merits(row, priority[row.need_id], waiting[row.need_id])
        lines += _alternatives(row, int(choices.get(row.need_id, 0)), int(rivals.get(run, 0)), free[run])
        lines += _cautions(row, starts[run])
        found.append(lines)
    return found


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
