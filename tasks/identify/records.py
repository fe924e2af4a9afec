"""Two source ids, one person: link the records of participants among themselves.

The same rules as for mentions, with two more. Within one source another id usually
is another person, so there only the safe key links (two source ids, one person:
linked, counted once) and a score asks for review. Links are pairs and never
merges: ``group_records`` reads groups from them, and no group holds a pair that a
person has split.
"""

from typing import Any

import numpy as np
import pandas as pd

from schemas.errors import StepFailed
from tasks.identify.birthdays import BirthLevel
from tasks.identify.block import block_kinds, distinct
from tasks.identify.compare import rarity_bits
from tasks.identify.decide import ALWAYS_REVIEW, evidence_of, is_kin, veto_of
from tasks.identify.encode import Encoded, Ints, Vocabulary, encode
from tasks.identify.resolve import NAME_COLUMNS, compare_in_chunks, require_columns
from tasks.identify.weights import Weights

RECORDS_AT_ONCE = 4_000
PAIRS_KEPT_APART = 50_000
"""Records and pairs looked at together; they bound memory and never change a result."""
PAIR_COLUMNS = ("left_key", "right_key", "state", "score", "rule", "evidence")


def link_records(records: pd.DataFrame, weights: Weights, decisions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the pairs of records that are, or may be, one person.

    Args:
        records: record_key (unique), source, last_name, first_name, birth_date, ags.
        weights: one version of the fixed weights.
        decisions: left_key, right_key, link ("must" or "cannot"), in either order; absent when none.

    Returns:
        One row a pair, left_key < right_key, sorted: left_key, right_key, state (linked or review),
        score in bits (absent where only a decision joins them), rule, evidence (levels, no values).
        Pairs below the floor and pairs that a person has split do not appear.
    """
    require_columns(records, "records", ("record_key", "source", *NAME_COLUMNS), "record_key")
    must, cannot = _decided(decisions)
    pairs = _scored(records.sort_values("record_key", ignore_index=True), weights, cannot)
    if len(pairs):
        pairs = pairs.assign(**_ruled(pairs, weights))
        pairs = pairs[pairs["state"].ne("none")]
    found = pd.DataFrame(
        {
            "left_key": pairs.get("left_key", pd.Series(dtype=object)),
            "right_key": pairs.get("right_key", pd.Series(dtype=object)),
            "state": pairs.get("state", pd.Series(dtype=object)),
            "score": pairs.get("score", pd.Series(dtype=float)),
            "rule": pairs.get("rule", pd.Series(dtype=object)),
            "evidence": pd.Series(
                [evidence_of(row) for row in pairs.to_dict("records")], index=pairs.index, dtype=object
            ),
        }
    )
    return _with_must(found, must, set(records["record_key"]))


def group_records(
    records: pd.DataFrame, pairs: pd.DataFrame, decisions: pd.DataFrame | None = None
) -> tuple[pd.Series, pd.DataFrame]:
    """Return the group of each record and the pairs, those that a split forbids sent to review.

    Decided links join first, then safe keys, then scores, best first, ties by key. A link that
    would bring a split pair into one group does not join and becomes review (``split_elsewhere``).
    The group is named by its smallest record_key; the index of the series is record_key.
    """
    _, cannot = _decided(decisions)
    member = {key: {key} for key in sorted(records["record_key"])}
    order = pairs.assign(
        first=pairs["rule"].map({"decided": 0, "safe_key": 1}).fillna(2), best=-pairs["score"].fillna(0.0)
    )
    order = order[order["state"].eq("linked")].sort_values(["first", "best", "left_key", "right_key"], kind="stable")
    refused = []
    for at, pair in order.to_dict("index").items():
        left, right = member[pair["left_key"]], member[pair["right_key"]]
        if left is right:
            continue
        if any(_ordered(x, y) in cannot for x in left for y in right):
            refused.append(at)
            continue
        together = left | right
        for key in together:
            member[key] = together
    ruled = pairs.copy()
    ruled.loc[refused, "state"] = "review"
    ruled.loc[refused, "rule"] = "split_elsewhere"
    return pd.Series({key: min(group) for key, group in member.items()}, dtype=object, name="group_key"), ruled


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _decided(decisions: pd.DataFrame | None) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    if decisions is None:
        return set(), set()
    rows = list(zip(decisions["left_key"], decisions["right_key"], decisions["link"], strict=True))
    must = {_ordered(left, right) for left, right, link in rows if link == "must"}
    cannot = {_ordered(left, right) for left, right, link in rows if link != "must"}
    if must & cannot:
        raise StepFailed("E405", count=len(must & cannot))
    return must, cannot


def _scored(records: pd.DataFrame, weights: Weights, cannot: set[tuple[str, str]]) -> pd.DataFrame:
    """Return every candidate pair that may be ruled on, scored, with the keys and sources of both sides.

    Pairs that a person has split (``cannot``) are no candidates and nobody's relatives.

    A bounded number of records is compared at once, and of pairs below the floor only their number as
    relatives is kept: memory follows the pairs that matter, not all that were looked at.
    """
    vocabulary, (encoded,) = encode([records], ["record_key"])
    bits = np.minimum(rarity_bits(vocabulary, encoded, weights.smoothing, weights.usual_share), weights.max_bits)
    pairs = _unordered_candidates(vocabulary, encoded)
    tables = []
    kin_of_left, kin_of_right = (np.zeros(len(encoded), dtype=np.int64) for _ in range(2))
    for start in range(0, len(pairs), PAIRS_KEPT_APART):
        at, to = np.divmod(pairs[start : start + PAIRS_KEPT_APART], len(encoded))
        scored = compare_in_chunks(vocabulary, encoded, encoded, (at, to), bits, weights)
        named = zip(encoded.keys[at], encoded.keys[to], strict=True)
        scored = scored[[pair not in cannot for pair in named]] if cannot else scored
        kin = is_kin(scored)
        kin_of_left += np.bincount(scored["at"][kin], minlength=len(encoded))
        kin_of_right += np.bincount(scored["to"][kin], minlength=len(encoded))
        safe, always = _named_alike(scored)
        tables.append(scored.assign(kin=kin)[safe | always | (scored["score"] >= weights.floor)])
    if not tables:
        return pd.DataFrame()
    kept = pd.concat(tables, ignore_index=True)
    source = records["source"].to_numpy(dtype=object)
    left, right = kept["at"].to_numpy(), kept["to"].to_numpy()
    others = np.maximum(kin_of_left[left], kin_of_right[right]) - kept["kin"].to_numpy(dtype=np.int64)
    return kept.assign(
        left_key=encoded.keys[left],
        right_key=encoded.keys[right],
        one_source=source[left] == source[right],
        kin=(others > 0) & kept["loose"],  # a relative of either side
    )


def _unordered_candidates(vocabulary: Vocabulary, encoded: Encoded) -> Ints:
    """Return every candidate pair once as smaller row × rows + larger row, whichever side finds the other."""
    size = len(encoded)
    pairs: Ints = np.zeros(0, dtype=np.int64)
    for kind in block_kinds(vocabulary, encoded):
        found = [pairs]
        for start in range(0, size, RECORDS_AT_ONCE):
            rows = kind.asked_by(encoded, np.arange(start, min(start + RECORDS_AT_ONCE, size), dtype=np.int64))
            at, to = kind.index.pairs(encoded, *kind.key(vocabulary, encoded, rows))
            found.append(distinct([(np.minimum(at, to) * size + np.maximum(at, to))[at != to]]))
        pairs = distinct(found)
    return pairs


def _named_alike(pairs: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Tell which pairs link by the safe key, and which a person decides whatever their score."""
    safe = pairs["same_name"] & pairs["birth"].eq(BirthLevel.EXACT)
    return safe, pairs["same_name"] & pairs["birth"].isin([int(level) for level in ALWAYS_REVIEW])


def _ruled(pairs: pd.DataFrame, weights: Weights) -> dict[str, Any]:
    """Return state and rule of each pair; a relative of either side always asks for review here."""
    safe, always = _named_alike(pairs)
    veto = veto_of(pairs)
    conditions = [
        safe,
        ~always & (pairs["score"] < weights.floor),
        veto != "",
        pairs["score"] < weights.link_score,
        pairs["one_source"],
        pairs["kin"],
    ]
    names = ["safe_key", "below_floor", "", "score_too_low", "same_source", "relative_in_table"]
    rules = [np.full(len(pairs), name, dtype=object) for name in names]
    rules[2] = veto
    chosen = np.select([np.asarray(each) for each in conditions], rules, default="score").astype(object)
    state = np.where(np.isin(chosen, ["safe_key", "score"]), "linked", "review").astype(object)
    return {"rule": chosen, "state": np.where(chosen == "below_floor", "none", state).astype(object)}


def _with_must(found: pd.DataFrame, must: set[tuple[str, str]], known: set[str]) -> pd.DataFrame:
    """Let decided links stand, also where nothing else joins the two."""
    keys = pd.Series(list(zip(found["left_key"], found["right_key"], strict=True)), index=found.index, dtype=object)
    decided = keys.isin(list(must)) if must else pd.Series(data=False, index=found.index)
    found = found.assign(state=found["state"].where(~decided, "linked"), rule=found["rule"].where(~decided, "decided"))
    missing = sorted(pair for pair in must - set(keys) if pair[0] in known and pair[1] in known)
    added = pd.DataFrame(
        [(left, right, "linked", np.nan, "decided", {}) for left, right in missing], columns=list(PAIR_COLUMNS)
    )
    together = pd.concat([found, added.astype(found.dtypes.to_dict())], ignore_index=True) if missing else found
    return together.sort_values(["left_key", "right_key"], ignore_index=True)
