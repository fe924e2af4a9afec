"""Who is this? Resolve mentions without an id against the persons we know.

Linked: the safe key (equal name after folding, equal birth date that is not 1
January, one person only), or a score over the versioned threshold with equal birth
date, lead over the next person and no veto. Review: what remains above the floor,
at most three candidates. None: not a participant, never a new person. Decisions
of a person hold for ever (source: CONTRACT.md section 5, Identity).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.errors import StepFailed
from tasks.identify.birthdays import BirthLevel
from tasks.identify.block import Blocks, crowd_bits
from tasks.identify.compare import Floats, compare, rarity_bits
from tasks.identify.decide import MOST_CANDIDATES, evidence_of, pair_table, rank_pairs, rule_on
from tasks.identify.encode import Encoded, Ints, Vocabulary, encode
from tasks.identify.weights import Weights, score_pairs

ROWS_AT_ONCE = 20_000  # mentions a chunk; bounds memory, never changes a result
PAIRS_AT_ONCE = 50_000
FEW = 4  # so many times more persons than mentions, and only the blocks that the mentions ask for are indexed
RESULT_COLUMNS = ("mention_key", "person_key", "state", "score", "lead", "rule", "candidates")
NAME_COLUMNS = ("last_name", "first_name", "birth_date", "ags")


@dataclass(frozen=True)
class Decision:
    """What was ruled on one mention; ``candidates`` are (person_key, score, evidence), best first."""

    mention_key: str
    person_key: str | None
    state: str
    score: float | None
    lead: float | None
    rule: str
    candidates: tuple[tuple[str, float, dict[str, object]], ...]


def require_columns(frame: pd.DataFrame, table: str, columns: tuple[str, ...], key: str | None) -> None:
    """Refuse a frame that lacks a column (E403) or has an empty or double key (E404)."""
    for column in columns:
        if column not in frame:
            raise StepFailed("E403", table=table, column=column)
    if key is not None:
        wrong = int((frame[key].isna() | frame[key].duplicated()).sum())
        if wrong:
            raise StepFailed("E404", table=table, column=key, count=wrong)


def resolve_mentions(
    mentions: pd.DataFrame, persons: pd.DataFrame, weights: Weights, decisions: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Rule on every mention.

    Args:
        mentions: mention_key (unique), last_name, first_name (either may be absent; a full name may
            stand in last_name), birth_date (absent allowed), ags (absent allowed), and optionally
            birth_text, the date as delivered, from which a lone year is read.
        persons: person_key, last_name, first_name, birth_date, ags; several rows of one person_key
            are several spellings of one person.
        weights: one version of the fixed weights.
        decisions: mention_key, person_key, link ("must" or "cannot"); absent when nobody has decided.

    Returns:
        One row a mention, in their order: mention_key, person_key (set when linked), state (linked,
        review, none), score in bits and lead over the next person (absent without candidates, or
        without a next), rule, candidates (list of at most three, each person_key, score, evidence).
    """
    require_columns(mentions, "mentions", ("mention_key", *NAME_COLUMNS), "mention_key")
    require_columns(persons, "persons", ("person_key", *NAME_COLUMNS), None)
    must, cannot = read_decisions(decisions)
    ranked = [chunk for chunk in _ranked_chunks(mentions, persons, weights, cannot) if len(chunk)]
    result = _rulings(mentions, pd.concat(ranked, ignore_index=True), weights) if ranked else _unruled(mentions)
    return _with_decisions(result, must, set(persons["person_key"]))


def decisions_of(result: pd.DataFrame) -> Iterator[Decision]:
    """Yield the rows of a result as ``Decision`` objects."""
    for row in result.to_dict("records"):
        yield Decision(
            mention_key=row["mention_key"],
            person_key=row["person_key"],
            state=row["state"],
            score=None if np.isnan(row["score"]) else float(row["score"]),
            lead=None if np.isnan(row["lead"]) else float(row["lead"]),
            rule=row["rule"],
            candidates=tuple((each["person_key"], each["score"], each["evidence"]) for each in row["candidates"]),
        )


def read_decisions(decisions: pd.DataFrame | None) -> tuple[dict[str, set[str]], set[tuple[str, str]]]:
    """Return must-links by mention and the forbidden pairs; E405 when one pair is both."""
    must: dict[str, set[str]] = {}
    cannot: set[tuple[str, str]] = set()
    if decisions is None:
        return must, cannot
    for mention, person, link in zip(decisions["mention_key"], decisions["person_key"], decisions["link"], strict=True):
        if link == "must":
            must.setdefault(mention, set()).add(person)
        else:
            cannot.add((mention, person))
    both = sum((mention, person) in cannot for mention, chosen in must.items() for person in chosen)
    if both:
        raise StepFailed("E405", count=both)
    return must, cannot


def compare_in_chunks(
    vocabulary: Vocabulary, left: Encoded, right: Encoded, pairs: tuple[Ints, Ints], bits: Floats, weights: Weights
) -> pd.DataFrame:
    """Score pairs of rows, a bounded number at once; columns of ``pair_table`` plus at, to."""
    tables, fewer = [], crowd_bits(right)
    for start in range(0, len(pairs[0]), PAIRS_AT_ONCE):
        at, to = (rows[start : start + PAIRS_AT_ONCE] for rows in pairs)
        compared = compare(vocabulary, left, right, at, to, bits)
        named = left.tokens_key[at] >= 0
        same = named & ((left.tokens_key[at] == right.tokens_key[to]) | (left.joined_key[at] == right.joined_key[to]))
        crowded = np.where(compared.birth == BirthLevel.EXACT, fewer[to], 0.0)
        scores = np.round(score_pairs(compared, weights, len(right)) - crowded, 3)
        tables.append(pair_table(compared, scores, same, crowded > 0).assign(at=at, to=to))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _ranked_chunks(
    mentions: pd.DataFrame, persons: pd.DataFrame, weights: Weights, cannot: set[tuple[str, str]]
) -> Iterator[pd.DataFrame]:
    # In order of key: which of a crowd's equal names are looked at must not depend on the order of rows.
    persons = persons.sort_values("person_key", kind="stable")
    vocabulary, (left, right) = encode([mentions, persons], ["mention_key", "person_key"])
    blocks = Blocks(vocabulary, right, left if len(left) * FEW < len(right) else None)
    bits = np.minimum(rarity_bits(vocabulary, right, weights.smoothing, weights.usual_share), weights.max_bits)
    for start in range(0, len(left), ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, len(left)), dtype=np.int64)
        pairs = compare_in_chunks(vocabulary, left, right, blocks.candidates(left, rows), bits, weights)
        if len(pairs):
            named = pairs.assign(mention=pairs["at"], person_key=right.keys[pairs["to"].to_numpy()])
            yield rank_pairs(_without(named, left, cannot), weights)


def _without(pairs: pd.DataFrame, left: Encoded, cannot: set[tuple[str, str]]) -> pd.DataFrame:
    if not cannot:
        return pairs
    keys = zip(left.keys[pairs["mention"].to_numpy()], pairs["person_key"], strict=True)
    return pairs[[key not in cannot for key in keys]]


def _unruled(mentions: pd.DataFrame) -> pd.DataFrame:
    count = len(mentions)
    return pd.DataFrame(
        {
            "mention_key": mentions["mention_key"].to_numpy(dtype=object),
            "person_key": np.full(count, None, dtype=object),
            "state": np.full(count, "none", dtype=object),
            "score": np.full(count, np.nan),
            "lead": np.full(count, np.nan),
            "rule": np.full(count, "below_floor", dtype=object),
            "candidates": pd.Series([[] for _ in range(count)], dtype=object).to_numpy(),
        }
    ).astype(dict.fromkeys(("mention_key", "person_key", "state", "rule", "candidates"), object))


def _rulings(mentions: pd.DataFrame, ranked: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    result = _unruled(mentions)
    best = ranked[ranked["rank"] == 1]
    at = best["mention"].to_numpy()
    state, rule = rule_on(best, weights)
    columns = {name: result[name].to_numpy(copy=True) for name in ("person_key", "state", "score", "lead", "rule")}
    columns["state"][at] = state
    columns["rule"][at] = rule
    columns["score"][at] = best["score"]
    columns["lead"][at] = (best["score"] - best["next_score"]).round(3)
    linked = state == "linked"
    columns["person_key"][at[linked]] = best["person_key"].to_numpy()[linked]
    # pandas would make text columns of these, in which an absent person_key is no longer None.
    result = result.assign(**{name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})
    lists: list[list[dict[str, object]]] = [[] for _ in range(len(result))]
    for row in ranked[ranked["rank"] <= MOST_CANDIDATES].to_dict("records"):
        lists[row["mention"]].append(
            {"person_key": row["person_key"], "score": float(row["score"]), "evidence": evidence_of(row)}
        )
    return result.assign(candidates=pd.Series(lists, dtype=object).to_numpy())


def _with_decisions(result: pd.DataFrame, must: dict[str, set[str]], known: set[str]) -> pd.DataFrame:
    """Let what persons decided stand; a link to a person who is gone decides nothing."""
    chosen = {mention: sorted(persons & known) for mention, persons in must.items()}
    for at in np.flatnonzero(result["mention_key"].isin([mention for mention, persons in chosen.items() if persons])):
        persons = chosen[str(result.at[at, "mention_key"])]
        decided = len(persons) == 1
        result.at[at, "state"] = "linked" if decided else "review"
        result.at[at, "rule"] = "decided" if decided else "decided_twice"
        result.at[at, "person_key"] = persons[0] if decided else None
    return result
