"""Train the fixed weights on the training half of the open set and write the YAML.

    python -m bench.identity.train [OUT]

A logistic regression over the terms of the score (tasks.identify.weights.features), on candidate
pairs of the whole table and of small tables of 124 persons, so that the weights hold for both.
Signs that must not turn are bounds. Deterministic: fixed seeds, figures rounded to 0.05 bits.
"""

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import minimize

from bench.identity import linkage_set
from bench.identity.figures import figures
from config.folders import SHIPPED_WEIGHTS
from tasks.identify.block import Blocks
from tasks.identify.compare import compare, rarity_bits
from tasks.identify.decide import pair_table, rank_pairs
from tasks.identify.encode import encode
from tasks.identify.resolve import resolve_mentions
from tasks.identify.weights import Weights, features, parse_weights, score_pairs

SMOOTHING, USUAL_SHARE, MAX_BITS = 200.0, 0.005, 9.0
RIDGE = 0.02
SMALL_TABLES = 12
BOUNDS = {
    "per_bit.": (0.25, 1.2),
    "name.romanised": (-2.0, 0.0),
    "name.near": (-4.0, 0.0),
    "name.prefix": (-4.0, 0.0),
    "name.conflict": (-12.0, -3.0),
    "name.dropped": (-3.0, 0.0),
    "name.joined": (-4.0, 0.0),
    "name.gendered": (-8.0, -3.0),
}
HEADER = """\
# Weights of identity resolution, version {version}. Fixed: never estimated from a night's data.
# Trained offline by bench/identity/train.py on the training half of tests/linkage (made-up persons).
# Every figure is in bits: one bit doubles the odds that both names are one person.
# A new version is a new file; `teilhabe identity weights diff FILE` shows what it changes before it rules.
"""


def half_of(person_or_mention: str) -> str:
    """Return "train" or "held out": by person, so that nobody stands in both halves."""
    return "train" if hashlib.sha256(person_or_mention.encode()).digest()[0] % 2 else "held out"


def halves(mentions: pd.DataFrame) -> pd.Series:
    return mentions["true_person"].where(mentions["true_person"] != "", mentions["mention_key"]).map(half_of)


def training_pairs(mentions: pd.DataFrame, persons: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the terms of every candidate pair and whether it is one person."""
    vocabulary, (left, right) = encode([mentions, persons], ["mention_key", "person_key"])
    at, to = Blocks(vocabulary, right).candidates(left, np.arange(len(left)))
    bits = np.minimum(rarity_bits(vocabulary, right, SMOOTHING, USUAL_SHARE), MAX_BITS)
    terms = pd.DataFrame(features(compare(vocabulary, left, right, at, to, bits)))
    return terms, mentions["true_person"].to_numpy()[at] == right.keys[to]


def contexts(mentions: pd.DataFrame, persons: pd.DataFrame):
    yield mentions, persons
    draw = np.random.default_rng(4)
    for _ in range(SMALL_TABLES):
        table = persons.iloc[np.sort(draw.choice(len(persons), 124, replace=False))]
        named = mentions["true_person"].isin(table["person_key"]) | (mentions["true_person"] == "")
        yield mentions[named], table


def fit(terms: pd.DataFrame, same: np.ndarray) -> dict[str, float]:
    """Return the weights in bits, and "base"."""
    x = np.column_stack([np.ones(len(terms)), terms.to_numpy()])
    sign = np.where(same, 1.0, -1.0)

    def loss(w):
        margin = sign * (x @ w)
        value = np.logaddexp(0, -margin).sum() + RIDGE * (w[1:] ** 2).sum()
        slope = -(sign / (1 + np.exp(np.clip(margin, -500, 500)))) @ x
        slope[1:] += 2 * RIDGE * w[1:]
        return value, slope

    nat = np.log(2)
    bounds = [(None, None)]
    for name in terms.columns:
        low, high = next((span for start, span in BOUNDS.items() if name.startswith(start)), (-20.0, 20.0))
        bounds.append((low * nat, high * nat))
    found = minimize(loss, np.zeros(x.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 2000})
    bits = np.round(found.x / nat * 20) / 20
    return dict(zip(["base", *terms.columns], bits.tolist(), strict=True))


def as_document(weights: dict[str, float], version: int) -> dict:
    document: dict = {"version": version, "base": weights["base"]}
    for name, value in weights.items():
        if "." in name:
            group, key = name.split(".")
            document.setdefault(group, {})[key] = value
    for group in ("birth", "commune"):  # the constant part belongs to the base
        shift = document[group]["apart" if group == "birth" else "unknown"]
        document["base"] = round(document["base"] + shift, 2)
        document[group] = {key: round(value - shift, 2) for key, value in document[group].items()}
    return document | {
        "link_score": 0.0, "link_lead": 5.0, "kin_lead": 8.0, "floor": -99.0,
        "smoothing": SMOOTHING, "usual_share": USUAL_SHARE, "max_bits": MAX_BITS, "table_size": 2000.0,
    }  # fmt: skip


def highest_wrong(mentions: pd.DataFrame, persons: pd.DataFrame, weights: Weights) -> float:
    """Return the best score of a wrong pair that no veto stops."""
    worst = -99.0
    for named, table in contexts(mentions, persons):
        vocabulary, (left, right) = encode([named, table], ["mention_key", "person_key"])
        at, to = Blocks(vocabulary, right).candidates(left, np.arange(len(left)))
        bits = np.minimum(rarity_bits(vocabulary, right, SMOOTHING, USUAL_SHARE), MAX_BITS)
        compared = compare(vocabulary, left, right, at, to, bits)
        same = left.tokens_key[at] == right.tokens_key[to]
        pairs = pair_table(compared, score_pairs(compared, weights, len(table)), same)
        ranked = rank_pairs(pairs.assign(mention=at, person_key=right.keys[to]), weights)
        truth = named["true_person"].to_numpy()[ranked["mention"]]
        wrong = ranked[(ranked["rank"] == 1) & ranked["veto"].eq("") & ~ranked["safe"] & ranked["person_key"].ne(truth)]
        worst = max(worst, float(wrong["score"].max()) if len(wrong) else -99.0)
    return worst


def choose_floor(mentions: pd.DataFrame, persons: pd.DataFrame, weights: Weights) -> float:
    """Return the highest floor at which a right reviewer finds 99 % of the training half, else as many as at any."""
    tried = {}
    for floor in np.arange(-14.0, 2.5, 1.0):
        found = figures(resolve_mentions(mentions, persons, replace(weights, floor=float(floor))), mentions, persons)
        tried[float(floor)] = found["reviewed_recall"]
        print(f"floor {floor:6.1f}  review {found['review_share']:.3f}  with reviewer {found['reviewed_recall']:.4f}")
    enough = min(0.99, max(tried.values()))
    return max(floor for floor, recall in tried.items() if recall >= enough)


def train_into(out: Path) -> None:
    persons, mentions = linkage_set.persons(), linkage_set.mentions()
    train = mentions[halves(mentions) == "train"].reset_index(drop=True)
    parts = [training_pairs(named, table) for named, table in contexts(train, persons)]
    terms = pd.concat([each for each, _ in parts], ignore_index=True)
    same = np.concatenate([label for _, label in parts])
    print(f"{len(train)} mentions, {len(terms)} pairs, {int(same.sum())} true")
    document = as_document(fit(terms, same), version=3)
    weights = parse_weights(document | {"link_score": 90.0}, "training")
    worst = highest_wrong(train, persons, weights)
    # The vetoes stop what is wrong; never below 8 to 1, nor the best wrong pair of the training half plus a bit.
    document["link_score"] = round(max(3.0, worst + 1.0), 1)
    print("best wrong pair without veto", worst, "-> link_score", document["link_score"])
    weights = parse_weights(document, "training")
    document["floor"] = choose_floor(train, persons, weights)
    text = yaml.safe_dump(document, sort_keys=False, default_flow_style=None)
    out.write_text(HEADER.format(version=document["version"]) + text, encoding="utf-8")
    print(text)


def main() -> None:
    train_into(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED_WEIGHTS)


if __name__ == "__main__":
    main()
