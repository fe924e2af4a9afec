"""New weights: what they would change, and whether somebody has accepted that before they rule.

``ops.audit`` keeps which weights rule: the first ones by the night itself, every
later ones by a person who has seen the difference. Pure but for the two functions
that ask or write the audit.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from schemas.errors import ConfigInvalid
from tasks.identify.people import revisit_mentions
from tasks.identify.records import link_records
from tasks.identify.weights import Weights, parse_weights, read_document
from tasks.warehouse.runs import write_audit
from tasks.warehouse.session import CountySession

ACTION = "weights"
CHANGE_COLUMNS = ("effect", "ref_id", "before_uid", "after_uid", "other_ref", "rule")


class Ruling(NamedTuple):
    """The weights that rule: their hash, their text, and whether no published night has used them yet."""

    sha256: str
    document: dict[str, Any]
    is_new: bool


def hash_of(path: Path) -> str:
    """Return the sha256 of a weights file's figures; comments and order do not matter."""
    return hashlib.sha256(json.dumps(read_document(path), sort_keys=True, default=str).encode()).hexdigest()


def ruling_weights(session: CountySession) -> Ruling | None:
    """Return the weights that were accepted last; None before the first night."""
    rows = session.rows(
        "SELECT a.detail, a.at > coalesce((SELECT max(r.started_at) FROM ops.run AS r WHERE r.county = :county "
        "AND r.published), '-infinity') AS is_new FROM ops.audit AS a WHERE a.county = :county AND a.action = :action "
        "ORDER BY a.audit_id DESC LIMIT 1",
        action=ACTION,
    )
    return Ruling(rows[0]["detail"]["sha256"], rows[0]["detail"]["document"], rows[0]["is_new"]) if rows else None


def weights_of_night(
    session: CountySession, path: Path, *, nobody_known: bool, is_shipped: bool
) -> tuple[Weights, bool]:
    """Return the weights of a file and whether they are new since the last published night.

    The first weights of a county rule without a question: there is nothing that they could change.

    Raises:
        ConfigInvalid: E406, the file is not what was accepted last.
    """
    ruling = ruling_weights(session)
    weights = parse_weights(read_document(path), path.name)
    if ruling is None and (nobody_known or is_shipped):
        accept_weights(session, path, reason=None, changes={})
        return weights, False
    if ruling is None or ruling.sha256 != hash_of(path):
        raise ConfigInvalid("E406", file=path.name)
    return weights, ruling.is_new


def accept_weights(session: CountySession, path: Path, *, reason: str | None, changes: Mapping[str, int]) -> None:
    """Record that these weights rule from the next night on."""
    document = read_document(path)
    detail = {"sha256": hash_of(path), "version": document.get("version"), "changes": dict(changes)}
    write_audit(session, ACTION, object_=path.name, reason=reason, detail={**detail, "document": document})


def changed_mentions(
    mentions: pd.DataFrame, participants: pd.DataFrame, new: Weights, decisions: pd.DataFrame
) -> pd.DataFrame:
    """Return what the next night does to names without an id: gained, lost, moved to another person, asked, left out.

    Args:
        mentions: as in ``revisit_mentions``; links that a person decided are not among them.
        participants: person_key and names of every participant id.
        new: the weights that are to rule.
        decisions: pairs that a person split.

    Returns:
        ``CHANGE_COLUMNS``, one row a mention whose link or whose place in the queue changes.
    """
    ruled = revisit_mentions(mentions, participants, new, decisions)
    both = ruled.merge(mentions[["ref_id", "person_key", "link_state"]], on="ref_id", suffixes=("", "_before"))
    was, becomes = both["link_state_before"].eq("linked"), both["link_state"].eq("linked")
    same = both["person_uid"].eq(both["person_key"])
    conditions = [
        becomes & ~was,
        becomes & was & ~same,
        was & ~becomes,
        both["link_state"].ne(both["link_state_before"]),
    ]
    names = ["gained", "moved", "lost", "asked"]
    effect = np.select([each.to_numpy() for each in conditions], names, default="").astype(object)
    effect = np.where((effect == "asked") & both["link_state"].ne("review").to_numpy(), "left_out", effect)
    found = both.assign(
        effect=effect,
        before_uid=both["person_key"].where(was),
        after_uid=both["person_uid"].where(becomes),
        other_ref=None,
    )
    return found[found["effect"].ne("")][list(CHANGE_COLUMNS)].reset_index(drop=True)


def changed_pairs(people: pd.DataFrame, old: Weights, new: Weights, settled: set[frozenset[int]]) -> pd.DataFrame:
    """Return pairs of participant ids on which the two weights differ; known ids keep their persons all the same.

    Args:
        people: ref_id, source, person_id, person_key and names of every participant id.
        old, new: the weights that rule, and those that are to.
        settled: pairs of ref_id that a person has decided.

    Returns:
        ``CHANGE_COLUMNS``; effect is ``would_gain`` or ``would_lose``.
    """
    records = people.assign(record_key=people["ref_id"].map("{:012d}".format)).dropna(subset=["birth_date"])
    linked = []
    for weights in (old, new):
        pairs = link_records(records, weights)
        pairs = pairs[pairs["state"].eq("linked")]
        keys = zip(pairs["left_key"].astype(int), pairs["right_key"].astype(int), strict=True)
        linked.append(dict(zip(keys, pairs["rule"], strict=True)))
    person = dict(zip(people["ref_id"], people["person_key"], strict=True))
    rows = [
        (effect, own, person[own], person[other], other, (one | two)[own, other])
        for one, two, effect in ((linked[1], linked[0], "would_gain"), (linked[0], linked[1], "would_lose"))
        for own, other in sorted(one.keys() - two.keys())
        if frozenset((own, other)) not in settled
    ]
    return pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))
