"""Print the figures on the held-out half of the open set, on the second set, and on small tables.

python -m bench.identity.evaluate
"""

import numpy as np
import pandas as pd

from bench.identity import linkage_set
from bench.identity.drawn_set import SECOND, UNSEEN, drawn_set
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


def if_dates_were_no_bar(result: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Return the rulings of a contract that let a score outweigh an uncertain birth date: what the law costs."""
    changed = result.copy()
    for at in range(len(changed)):
        best = (changed.at[at, "candidates"] or [None])[0]
        if changed.at[at, "state"] != "review" or best is None or not str(changed.at[at, "rule"]).startswith("birth_"):
            continue
        name, lead = best["evidence"]["name"], changed.at[at, "lead"]
        whole = name["exact"] + name["romanised"] + name["near"] >= 2 and not name["conflict"]
        near = best["evidence"]["birth_date"] not in ("apart", "one_part", "missing")
        if near and whole and best["score"] >= weights.link_score and not lead < weights.kin_lead:
            changed.at[at, "state"], changed.at[at, "person_key"] = "linked", best["person_key"]
    return changed


def main() -> None:
    weights = read_weights()
    persons, mentions = linkage_set.persons(), linkage_set.mentions()
    half = halves(mentions)
    sets = {
        "open, training half": (persons, mentions[half == "train"].reset_index(drop=True)),
        "open, held out": (persons, mentions[half == "held out"].reset_index(drop=True)),
        "second set": drawn_set(SECOND),
        "unseen names": drawn_set(UNSEEN, seed=3),
    }
    columns, unbound = {}, {}
    for name, (table, named) in sets.items():
        result = resolve_mentions(named, table, weights)
        columns[name] = figures(result, named, table)
        unbound[name] = figures(if_dates_were_no_bar(result, weights), named, table)
    print(pd.DataFrame(columns).round(4).to_string())
    print("\nIf the contract let a score outweigh 1 January, a lone year, one digit or a swap:")
    print(pd.DataFrame(unbound).loc[["wrong", "precision", "recall", "review_share"]].round(4).to_string())
    print("\n20 tables of 124 persons (links, wrong):", small_tables(mentions, persons, weights))


if __name__ == "__main__":
    main()
