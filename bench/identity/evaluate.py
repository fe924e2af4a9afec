"""Print the figures on the held-out half of the open set, on the second set, and on small tables.

python -m bench.identity.evaluate
"""

import numpy as np
import pandas as pd

from bench.identity import linkage_set
from bench.identity.drawn_set import drawn_set
from bench.identity.figures import figures
from bench.identity.train import halves
from tasks.identify.resolve import resolve_mentions
from tasks.identify.weights import Weights, read_weights


def small_tables(mentions: pd.DataFrame, persons: pd.DataFrame, weights: Weights, samples: int = 20) -> tuple[int, int]:
    """Return links and wrong links over ``samples`` tables of 124 persons, all mentions asked."""
    draw, linked, wrong = np.random.default_rng(124), 0, 0
    for _ in range(samples):
        table = persons.iloc[np.sort(draw.choice(len(persons), 124, replace=False))]
        result = resolve_mentions(mentions, table, weights)
        hit = result["state"].eq("linked").to_numpy()
        linked += int(hit.sum())
        wrong += int((hit & (result["person_key"].to_numpy() != mentions["true_person"].to_numpy())).sum())
    return linked, wrong


def main() -> None:
    weights = read_weights()
    persons, mentions = linkage_set.persons(), linkage_set.mentions()
    held_out = mentions[halves(mentions) == "held out"].reset_index(drop=True)
    second_persons, second_mentions = drawn_set()
    columns = {
        "open, training half": figures(
            resolve_mentions(mentions[halves(mentions) == "train"], persons, weights), mentions, persons
        ),
        "open, held out": figures(resolve_mentions(held_out, persons, weights), held_out, persons),
        "second set": figures(
            resolve_mentions(second_mentions, second_persons, weights), second_mentions, second_persons
        ),
    }
    print(pd.DataFrame(columns).round(4).to_string())
    print("20 tables of 124 persons (links, wrong):", small_tables(mentions, persons, weights))


if __name__ == "__main__":
    main()
