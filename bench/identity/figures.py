"""The figures every linker is measured by."""

import pandas as pd


def figures(result: pd.DataFrame, mentions: pd.DataFrame) -> dict[str, float]:
    """Compare rulings with the truth (``mentions`` carries true_person, origin).

    precision and recall of automatic links, wrong links per 1,000 mentions, share in review, recall
    if every reviewer is right, and the lowest precision and recall of an origin.
    """
    both = result.merge(mentions[["mention_key", "true_person", "origin"]], on="mention_key", validate="1:1")
    linked, member = both["state"].eq("linked"), both["true_person"].ne("")
    right = linked & both["person_key"].eq(both["true_person"])
    offered = [
        any(each["person_key"] == truth for each in candidates)
        for candidates, truth in zip(both["candidates"], both["true_person"], strict=True)
    ]
    helped = right | (both["state"].eq("review") & pd.Series(offered, index=both.index))
    by_origin = pd.DataFrame(
        {"origin": both["origin"], "linked": linked, "right": right, "member": member, "helped": helped & member}
    )
    totals = by_origin.groupby("origin").sum()
    return {
        "mentions": len(both),
        "members": int(member.sum()),
        "linked": int(linked.sum()),
        "wrong": int((linked & ~right).sum()),
        "precision": right.sum() / max(1, linked.sum()),
        "wrong_per_1000": 1000 * (linked & ~right).sum() / len(both),
        "recall": right.sum() / member.sum(),
        "review_share": both["state"].eq("review").mean(),
        "reviewed_recall": (helped & member).sum() / member.sum(),
        "worst_origin_precision": (totals["right"] / totals["linked"].clip(lower=1)).min(),
        "worst_origin_reviewed_recall": (totals["helped"] / totals["member"].clip(lower=1)).min(),
    }
