"""Why a member is not linked by itself: classes of mention, the contract's sentence, and their share.

python -m bench.identity.classes
"""

import numpy as np
import pandas as pd

from bench.identity import linkage_set
from bench.identity.drawn_set import SECOND, UNSEEN, drawn_set
from bench.identity.train import halves
from tasks.identify.resolve import resolve_mentions
from tasks.identify.weights import read_weights

FREE = "equal date, not 1 January"
CLASSES = ("1 January on either side", "missing, or a year alone", "one digit or a swap apart", "further apart")


def _january(dates: pd.Series) -> pd.Series:
    return dates.dt.month.eq(1) & dates.dt.day.eq(1)


def _digits_apart(one: pd.Series, other: pd.Series) -> np.ndarray:
    texts = [each.dt.strftime("%Y%m%d").fillna("") for each in (one, other)]
    return np.array([sum(a != b for a, b in zip(x, y, strict=False)) for x, y in zip(*texts, strict=True)])


def birth_class(delivered: pd.Series, known: pd.Series) -> np.ndarray:
    """Return the class of each pair of birth dates, in the order in which the contract names them."""
    swapped = (
        delivered.dt.year.eq(known.dt.year) & delivered.dt.month.eq(known.dt.day) & delivered.dt.day.eq(known.dt.month)
    )
    conditions = [
        delivered.isna() | known.isna(),
        _january(delivered) | _january(known),
        delivered.eq(known),
        swapped | (_digits_apart(delivered, known) == 1),
    ]
    names = [CLASSES[1], CLASSES[0], FREE, CLASSES[2]]
    return np.select([each.to_numpy() for each in map(pd.Series, conditions)], names, default=CLASSES[3])


def shares(persons: pd.DataFrame, mentions: pd.DataFrame) -> pd.Series:
    """Return the share of each class and outcome among members, and of others in review among all mentions."""
    result = resolve_mentions(mentions, persons, read_weights()).merge(mentions, on="mention_key")
    known = result["true_person"].map(persons.set_index("person_key")["birth_date"])
    member = result["true_person"].ne("")
    kind = pd.Series(birth_class(result["birth_date"], known))
    outcome = np.where(kind.eq(FREE), np.where(result["state"].eq("linked"), "linked", result["rule"]), "to a person")
    found = (kind + ": " + pd.Series(outcome))[member].value_counts(normalize=True)
    others = (result["state"].eq("review") & ~member).mean()
    return pd.concat([found, pd.Series({"(of all mentions) in review, nobody's": others})])


def main() -> None:
    persons, mentions = linkage_set.persons(), linkage_set.mentions()
    half = halves(mentions)
    sets = {
        "open, training half": (persons, mentions[half == "train"].reset_index(drop=True)),
        "open, held out": (persons, mentions[half == "held out"].reset_index(drop=True)),
        "second set": drawn_set(SECOND),
        "unseen names": drawn_set(UNSEEN, seed=3),
    }
    table = pd.DataFrame({name: shares(*each) for name, each in sets.items()}).fillna(0.0)
    print((100 * table).round(1).to_string())


if __name__ == "__main__":
    main()
