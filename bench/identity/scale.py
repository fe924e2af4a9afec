"""A million mentions against 200,000 persons: time and peak memory.

    python -m bench.identity.scale [MENTIONS PERSONS [PYTHON_WITH_SPLINK]]

Names are made of syllables with shares like real ones (the commonest first name 2 %), each in up
to four spellings; birth dates over eleven years, 15 % on 1 January. With
a Python that has Splink 5, the peer runs on the same tables afterwards and prints its own figures.
"""

import resource
import sys
import time

import numpy as np
import pandas as pd

from bench.identity.linkage_set import COMMUNES
from bench.identity.peers import folded, splink
from tasks.identify.resolve import resolve_mentions
from tasks.identify.weights import read_weights

ONSETS = ["b", "d", "dj", "f", "gh", "h", "j", "k", "kh", "l", "m", "n", "q", "r", "s", "sh", "t", "w", "y", "z"]
VOWELS = ["a", "a", "i", "u", "e", "o", "ou", "ee"]
CODAS = ["", "", "n", "r", "d", "m", "l", "b", "s"]
SWAPS = [("ou", "u"), ("ee", "i"), ("kh", "ch"), ("dj", "j"), ("sh", "sch"), ("q", "k"), ("e", "a"), ("y", "j")]


def make_names(draw: np.random.Generator, count: int, syllables: tuple[int, int]) -> list[list[str]]:
    names: dict[str, None] = {}
    while len(names) < count:
        parts = int(draw.integers(*syllables, endpoint=True))
        name = "".join(
            str(draw.choice(ONSETS)) + str(draw.choice(VOWELS)) + str(draw.choice(CODAS)) for _ in range(parts)
        )
        names[name.capitalize()] = None
    spelled = []
    for name in names:
        variants = [name]
        for old, new in SWAPS:
            if old in name.lower():
                variants.append(name.lower().replace(old, new).capitalize())
        spelled.append((variants * 4)[:4])
    return spelled


def zipf(draw: np.random.Generator, pool: int, size: int) -> np.ndarray:
    share = 1.0 / (np.arange(pool) + 8.0) ** 0.9
    return draw.choice(pool, size=size, p=share / share.sum())


def tables(mention_count: int, person_count: int, seed: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    draw = np.random.default_rng(seed)
    first = np.array(make_names(draw, 3000, (2, 3)), dtype=object)
    last = np.array(make_names(draw, 12000, (2, 4)), dtype=object)
    ags = pd.read_csv(COMMUNES, dtype=str)["ags"].to_numpy()

    def people(size: int) -> dict[str, np.ndarray]:
        days = draw.integers(0, 365 * 11, size)
        born = np.datetime64("1993-01-01") + days
        born = np.where(draw.random(size) < 0.15, born.astype("datetime64[Y]").astype("datetime64[D]"), born)
        return {
            "first": zipf(draw, len(first), size), "last": zipf(draw, len(last), size),
            "habit": draw.integers(0, 4, size), "born": born, "ags": draw.choice(ags, size),
        }  # fmt: skip

    known, others = people(person_count), people(mention_count)
    chosen = draw.integers(0, person_count, mention_count)
    member = draw.random(mention_count) < 0.68
    pick = {key: np.where(member, known[key][chosen], others[key]) for key in known}
    habit = np.where(draw.random(mention_count) < 0.5, draw.integers(0, 4, mention_count), pick["habit"])
    born, roll = pick["born"].astype("datetime64[D]"), draw.random(mention_count)
    born = np.where(roll < 0.03, born.astype("datetime64[Y]").astype("datetime64[D]"), born)
    born = np.where((roll >= 0.03) & (roll < 0.07), born + 10, born)
    born = np.where((roll >= 0.07) & (roll < 0.13), np.datetime64("NaT"), born)
    names = last[pick["last"], habit], first[pick["first"], habit]
    swapped = draw.random(mention_count) < 0.08
    mentions = pd.DataFrame(
        {
            "mention_key": [f"M{at:07d}" for at in range(mention_count)],
            "last_name": np.where(swapped, names[1], names[0]),
            "first_name": np.where(swapped, names[0], names[1]),
            "birth_date": born,
            "ags": np.where(draw.random(mention_count) < 0.3, None, pick["ags"]),
            "true_person": np.where(member, np.char.add("P", chosen.astype(str)), ""),
        }
    )
    persons = pd.DataFrame(
        {
            "person_key": np.char.add("P", np.arange(person_count).astype(str)).astype(object),
            "last_name": last[known["last"], known["habit"]],
            "first_name": first[known["first"], known["habit"]],
            "birth_date": known["born"],
            "ags": known["ags"],
        }
    )
    return mentions, persons


def main() -> None:
    mention_count, person_count = (int(each) for each in (sys.argv[1:3] or (1_000_000, 200_000)))
    python = sys.argv[3] if len(sys.argv) > 3 else ""
    mentions, persons = tables(mention_count, person_count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    result = resolve_mentions(mentions, persons, read_weights())
    seconds = time.perf_counter() - start
    linked = result["state"].eq("linked").to_numpy()
    wrong = int((linked & (result["person_key"].to_numpy() != mentions["true_person"].to_numpy())).sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{mention_count} mentions, {person_count} persons: {seconds:.0f} s")
    print(f"peak {peak:.0f} MB, of which {before:.0f} MB before the call")
    print(f"linked {int(linked.sum())}, wrong {wrong}, review {int(result['state'].eq('review').sum())}")
    if python:
        left, right = folded(mentions, "mention_key", "true_person"), folded(persons, "person_key", "person_key")
        del result, mentions, persons
        splink(python, left, right)


if __name__ == "__main__":
    main()
