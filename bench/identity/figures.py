"""The figures every linker is measured by."""

import pandas as pd


def figures(result: pd.DataFrame, mentions: pd.DataFrame, persons: pd.DataFrame) -> dict[str, float]:
    """Compare rulings with the truth (``mentions`` carries true_person, origin).

    precision and recall of automatic links, wrong links per 1,000 mentions, share in review, recall
    if every reviewer is right, the lowest of an origin, and what the contract lets link by itself:
    members whose birth date is delivered, equal and not 1 January.
    """
    columns = ["mention_key", "true_person", "origin", "birth_date"]
    both = result.merge(mentions[columns], on="mention_key", validate="1:1")
    known = persons.drop_duplicates("person_key").set_index("person_key")["birth_date"]
    linked, member = both["state"].eq("linked"), both["true_person"].ne("")
    right = linked & both["person_key"].eq(both["true_person"])
    born = both["birth_date"]
    january = born.dt.month.eq(1) & born.dt.day.eq(1)
    lawful = member & born.eq(both["true_person"].map(known)) & ~january
    offered = pd.Series(
        [
            any(each["person_key"] == truth for each in candidates)
            for candidates, truth in zip(both["candidates"], both["true_person"], strict=True)
        ],
        index=both.index,
    )
    helped = member & (right | (both["state"].eq("review") & offered))
    flags = {"linked": linked, "right": right, "member": member, "helped": helped}
    totals = pd.DataFrame({"origin": both["origin"]} | flags).groupby("origin").sum()
    return {
        "mentions": len(both),
        "members": int(member.sum()),
        "linked": int(linked.sum()),
        "wrong": int((linked & ~right).sum()),
        "precision": right.sum() / max(1, linked.sum()),
        "wrong_per_1000": 1000 * (linked & ~right).sum() / len(both),
        "recall": right.sum() / member.sum(),
        "lawful_share": lawful.sum() / member.sum(),
        "recall_of_lawful": (right & lawful).sum() / lawful.sum(),
        "review_share": both["state"].eq("review").mean(),
        "reviewed_recall": helped.sum() / member.sum(),
        "worst_origin_precision": (totals["right"] / totals["linked"].clip(lower=1)).min(),
        "worst_origin_reviewed_recall": (totals["helped"] / totals["member"].clip(lower=1)).min(),
    }
