"""Rule on scored pairs: linked, review or none, as the contract's Identity section says."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.identify.birthdays import BirthLevel
from tasks.identify.compare import CommuneLevel, Comparison, PartLevel
from tasks.identify.weights import Weights

MOST_CANDIDATES = 3
# Pairs with equal names go to a person whenever the birth date is one of these, whatever the score.
ALWAYS_REVIEW = (
    BirthLevel.FIRST_JANUARY,
    BirthLevel.PLACEHOLDER,
    BirthLevel.SWAPPED,
    BirthLevel.ONE_DIGIT,
    BirthLevel.YEAR_ONLY,
    BirthLevel.MISSING,
)


def pair_table(
    compared: Comparison,
    scores: npt.NDArray[np.float64],
    same_name: npt.NDArray[np.bool_],
    crowded: npt.NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Return one row a pair: score, levels, and what forbids linking it by score alone.

    ``crowded`` tells where so many persons are born on the day that it says nothing; absent: nowhere.
    """
    counts = compared.counts
    aligned = counts[:, 1:].sum(axis=1)
    firm = counts[:, PartLevel.EXACT] + counts[:, PartLevel.ROMANISED]
    return pd.DataFrame(
        {
            "score": scores,
            "birth": compared.birth,
            "commune": compared.commune,
            "exact": counts[:, PartLevel.EXACT],
            "romanised": counts[:, PartLevel.ROMANISED],
            "near": counts[:, PartLevel.NEAR],
            "prefix": counts[:, PartLevel.PREFIX],
            "conflict": compared.conflict,
            "dropped": compared.dropped,
            "joined": compared.joined,
            "gendered": compared.gendered,
            "same_name": same_name,
            "crowded": np.zeros(len(scores), dtype=bool) if crowded is None else crowded,
            # One part decides nothing, unless both names have no other and it is equal.
            "too_few": (aligned < 2) & ~compared.joined & ((firm < 1) | (compared.dropped + compared.conflict > 0)),
            "loose": (firm < aligned) | (compared.dropped > 0),
        }
    )


def veto_of(pairs: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return per pair why it may not be linked by score, or empty text."""
    conditions = [
        pairs["birth"].ne(BirthLevel.EXACT),
        pairs["conflict"] > 0,
        pairs["gendered"],
        pairs["too_few"],
        pairs["crowded"],
    ]
    birth_names = np.array([f"birth_{level.name.lower()}" for level in BirthLevel], dtype=object)
    reasons = [
        birth_names[pairs["birth"].to_numpy()],
        np.full(len(pairs), "name_parts_disagree", dtype=object),
        np.full(len(pairs), "differs_by_gender_ending", dtype=object),
        np.full(len(pairs), "too_few_name_parts", dtype=object),
        np.full(len(pairs), "birth_date_crowded", dtype=object),
    ]
    chosen: npt.NDArray[np.object_] = np.select([each.to_numpy() for each in conditions], reasons, default="").astype(
        object
    )
    return chosen


def is_kin(pairs: pd.DataFrame) -> pd.Series:
    """Tell which pairs share the birth date and a name part."""
    return pairs["birth"].eq(BirthLevel.EXACT) & (pairs[["exact", "romanised", "near"]].sum(axis=1) > 0)


def has_kin(pairs: pd.DataFrame) -> pd.Series:
    """Tell where another person with this birth date shares a name part, and this agreement is loose.

    A twin or sibling of the table may be meant; only a large lead tells them apart.
    """
    kin = is_kin(pairs)
    others = kin.groupby(pairs["mention"]).transform("sum") - kin.astype(int)
    return (others > 0) & pairs["loose"]


def evidence_of(row: Mapping[Any, Any]) -> dict[str, object]:
    """Return the levels of one pair by field, never a value."""
    return {
        "name": {term: int(row[term]) for term in ("exact", "romanised", "near", "prefix", "conflict", "dropped")}
        | {"joined": bool(row["joined"]), "same_after_folding": bool(row["same_name"])},
        "birth_date": BirthLevel(int(row["birth"])).name.lower(),
        "commune": CommuneLevel(int(row["commune"])).name.lower(),
    }


def rank_pairs(pairs: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Keep the best pair of each mention and person, drop what is below the floor, rank the rest.

    Order: safe key first, then score, then person_key, so that permuted rows give the same ranks.
    Pairs with equal names and a birth date the contract sends to review stay whatever their score.
    Adds ``safe``, ``veto``, ``kin``, ``rank`` (from 1), ``next_score`` (NaN without a next) and ``safe_count``.
    """
    pairs = pairs.assign(safe=pairs["same_name"] & pairs["birth"].eq(BirthLevel.EXACT))
    order = ["mention", "safe", "score", "person_key", "birth"]
    pairs = pairs.sort_values(order, ascending=[True, False, False, True, True], kind="stable")
    pairs = pairs.drop_duplicates(["mention", "person_key"])
    pairs = pairs.assign(veto=veto_of(pairs), kin=has_kin(pairs))
    always = pairs["same_name"] & pairs["birth"].isin([int(level) for level in ALWAYS_REVIEW])
    pairs = pairs[pairs["safe"] | always | (pairs["score"] >= weights.floor)]
    by_mention = pairs.groupby("mention", sort=False)
    ranked = pairs.assign(
        rank=by_mention.cumcount() + 1,
        next_score=by_mention["score"].shift(-1),
        safe_count=by_mention["safe"].transform("sum"),
    )
    return ranked[ranked["rank"] <= MOST_CANDIDATES]


def rule_on(best: pd.DataFrame, weights: Weights) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return state and rule of each mention's best pair (rank 1)."""
    lead = best["score"] - best["next_score"]
    conditions = [
        best["safe_count"].eq(1),
        best["safe_count"].gt(1),
        best["veto"].ne(""),
        best["score"] < weights.link_score,
        best["kin"] & ~(lead >= weights.kin_lead) & lead.notna(),
        lead < weights.link_lead,
    ]
    names = ["safe_key", "safe_key_shared", "", "score_too_low", "relative_in_table", "lead_too_small"]
    rules = [np.full(len(best), name, dtype=object) for name in names]
    rules[2] = best["veto"].to_numpy(dtype=object)
    chosen = np.select([each.to_numpy() for each in conditions], rules, default="score").astype(object)
    state = np.where(np.isin(chosen, ["safe_key", "score"]), "linked", "review").astype(object)
    return state, chosen
