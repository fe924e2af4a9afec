"""What each level of the order counts, in whole numbers, an arc at a time.

``persons_with_measure`` counts persons, not arcs: its weight stands on the person.
Less distance is better, so its weight is negative, in steps of 100 m. The lottery
draws 16 bits from sha256 of season, need and offer; nothing about origin is in it.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

import numpy as np

from tasks.match.columns import Array

LOTTERY_BITS = 16


def season_of(day: date) -> str:
    """Return the school year (1 August to 31 July) as 2020/21."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def lottery_number(season: str, need_id: str, offer_id: str) -> int:
    """Return a number from 0 to 65535, the same on every machine and night of the season."""
    digest = hashlib.sha256(f"{season}|{need_id}|{offer_id}".encode()).digest()
    return int.from_bytes(digest[: LOTTERY_BITS // 8], "big")


def lottery_numbers(season: str, needs: Sequence[str], offers: Sequence[str], need_row: Array, run_row: Array) -> Array:
    """Return `lottery_number` of each pair of a need and a run, given as rows."""
    pairs = zip(need_row.tolist(), run_row.tolist(), strict=True)
    draws = (lottery_number(season, needs[need], offers[run]) for need, run in pairs)
    return np.fromiter(draws, dtype=np.int64, count=len(need_row))


def level_weights(  # one argument a fact that some level counts
    levels: tuple[str, ...], *, priority: Array, kept: Array, waiting: Array, distance_km: Array, lottery: Array
) -> Array:
    """Return one row a level, one column an arc; all whole numbers, more is better.

    Args:
        levels: names of levels, most important first.
        priority: 1 to 3. kept: 1 where the arc is a proposal out for decision.
        waiting: days since the need was recorded. distance_km: NaN counts as 0.
        lottery: numbers of `lottery_number`.
    """
    rows = {
        "priority_one_served": (priority == 1).astype(np.int64),
        "proposals_kept": kept.astype(np.int64),
        "persons_with_measure": np.zeros(len(priority), dtype=np.int64),
        "priority_sum": (4 - priority).astype(np.int64),
        "waiting_days": waiting.astype(np.int64),
        "distance": -np.round(np.nan_to_num(distance_km) * 10).astype(np.int64),
        "lottery": lottery.astype(np.int64),
    }
    return np.array([rows[level] for level in levels], dtype=np.int64).reshape(len(levels), len(priority))
