"""Compare with exact keys, Jaro–Winkler and Splink 5 on the held-out half of the open set.

    python -m bench.identity.peers [PYTHON_WITH_SPLINK]

Each peer rules as it usually does: exact keys link on equal folded name and birth date; Jaro–Winkler
links on equal birth date and similarity of 0.92, reviews from 0.85; Splink links at a probability
of 0.99 and a lead of 3 bits, reviews from 0.2. None of them knows the contract's rule on 1 January.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from bench.identity import linkage_set
from bench.identity.figures import figures
from bench.identity.train import halves
from tasks.identify.folding import name_key
from tasks.identify.resolve import resolve_mentions
from tasks.identify.weights import read_weights


def folded(frame: pd.DataFrame, key: str, label: str) -> pd.DataFrame:
    """Return what the peers read."""
    names = [name_key(str(a), str(b)) for a, b in zip(frame["last_name"], frame["first_name"], strict=True)]
    born = frame["birth_date"].dt.strftime("%Y-%m-%d").astype(object).where(frame["birth_date"].notna(), None)
    return pd.DataFrame(
        {
            "unique_id": frame[key], "name": names, "parts": [name.split() for name in names], "birth_date": born,
            "year": [str(date)[:4] if date else None for date in born], "ags": frame["ags"], "label": frame[label],
        }
    )  # fmt: skip


def ruled(pairs: pd.DataFrame, mentions: pd.DataFrame, link: float, lead: float, floor: float) -> pd.DataFrame:
    """Turn scored pairs (mention_key, person_key, score) into rulings."""
    pairs = pairs[pairs["score"] >= floor].sort_values(
        ["mention_key", "score", "person_key"], ascending=[True, False, True]
    )
    rows = []
    for key, group in pairs.groupby("mention_key"):
        scores = group["score"].to_numpy()
        clear = scores[0] >= link and (len(scores) == 1 or scores[0] - scores[1] >= lead)
        best = [{"person_key": person} for person in group["person_key"][:3]]
        rows.append((key, best[0]["person_key"] if clear else None, "linked" if clear else "review", best))
    columns = ["mention_key", "person_key", "state", "candidates"]
    result = mentions[["mention_key"]].merge(pd.DataFrame(rows, columns=columns), on="mention_key", how="left")
    result["state"] = result["state"].fillna("none")
    result["candidates"] = [each if isinstance(each, list) else [] for each in result["candidates"]]
    return result


def exact_keys(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    both = left.dropna(subset="birth_date").merge(right, on=["name", "birth_date"])
    return pd.DataFrame({"mention_key": both["unique_id_x"], "person_key": both["unique_id_y"], "score": 1.0})


def jaro_winkler(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    scores = process.cdist(left["name"], right["name"], scorer=JaroWinkler.similarity, dtype=np.float32)
    equal = left["birth_date"].to_numpy()[:, None] == right["birth_date"].to_numpy()[None, :]
    at, to = np.nonzero((scores >= 0.85) & equal | (scores >= 0.97))
    # Without an equal birth date a pair may be reviewed, never linked.
    value = np.where(equal[at, to], scores[at, to], np.minimum(scores[at, to], 0.86))
    keys = left["unique_id"].to_numpy()[at], right["unique_id"].to_numpy()[to]
    return pd.DataFrame({"mention_key": keys[0], "person_key": keys[1], "score": value})


def splink(python: str, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Score in Splink's own environment, weights from the training half of the open set."""
    persons, mentions = linkage_set.persons(), linkage_set.mentions()
    train = mentions[(halves(mentions) == "train") & mentions["true_person"].ne("")]
    frames = {
        "mentions": left,
        "persons": right,
        "training": folded(train, "mention_key", "true_person"),
        "known": folded(persons, "person_key", "person_key"),
    }
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, frame in frames.items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        subprocess.run([python, Path(__file__).with_name("splink_peer.py"), folder, "train"], check=True)
        pairs = pd.read_parquet(folder / "pairs.parquet")
    turned = pairs["source_dataset_l"].eq("persons")
    left_id, right_id = pairs["unique_id_l"], pairs["unique_id_r"]
    return pd.DataFrame(
        {
            "mention_key": right_id.where(turned, left_id),
            "person_key": left_id.where(turned, right_id),
            "score": pairs["match_weight"],
        }
    )


def main() -> None:
    persons, mentions = linkage_set.persons(), linkage_set.mentions()
    half = halves(mentions)
    held_out = mentions[half == "held out"].reset_index(drop=True)
    right = folded(persons, "person_key", "person_key")
    left = folded(held_out, "mention_key", "true_person")
    columns = {
        "teilhabe": figures(resolve_mentions(held_out, persons, read_weights()), held_out, persons),
        "exact keys": figures(ruled(exact_keys(left, right), held_out, 1.0, 0.5, 0.5), held_out, persons),
        "Jaro-Winkler": figures(ruled(jaro_winkler(left, right), held_out, 0.92, 0.02, 0.85), held_out, persons),
    }
    if len(sys.argv) > 1:
        pairs = splink(sys.argv[1], left, right)
        columns["Splink 5"] = figures(ruled(pairs, held_out, 6.63, 3.0, -2.0), held_out, persons)
    print(pd.DataFrame(columns).round(4).to_string())


if __name__ == "__main__":
    main()
