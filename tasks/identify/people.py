"""Who the new ids and names of a run are: pure frames in, one identity a new id out.

Rule: a known id keeps its person. A new participant id is held against
everybody who is known and against the other new ones; a person named by name
is held against all participants. Linked, or offered for review (then a person
of its own until somebody decides), or, when named by name only and nobody
fits, left out: below the floor nobody becomes a new person.
"""

import hashlib
import json
import uuid
from collections.abc import Callable

import pandas as pd

from schemas.identities import COLUMNS, MENTION_PREFIX
from tasks.identify.folding import name_key
from tasks.identify.resolve import resolve_mentions
from tasks.identify.weights import Weights

PERSON_COLUMNS = ["person_key", "last_name", "first_name", "birth_date", "ags"]
NAMED = ["last_name", "first_name", "birth_date", "ags"]


def mention_id(last_name: object, first_name: object, birth_date: object, ags: object) -> str:
    """Return the id of somebody named by name: equal names in any spelling order and equal dates are one mention."""
    parts = [name_key(_text(last_name), _text(first_name)), _text(birth_date)[:10], _text(ags)]
    return MENTION_PREFIX + hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)  # noqa: PLR0124, NaN


def identify_participants(
    new: pd.DataFrame,
    known: pd.DataFrame,
    weights: Weights,
    decisions: pd.DataFrame | None = None,
    new_uid: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> pd.DataFrame:
    """Return one identity a new participant id.

    Args:
        new: source, person_id, last_name, first_name, birth_date, ags; one row an id that nobody knows yet.
        known: person_key (person_uid), last_name, first_name, birth_date, ags of all known participants.
        weights: one version of the fixed weights.
        decisions: what persons decided, see ``resolve_mentions``.
        new_uid: makes the random uid of a new person.

    Returns:
        source plus ``schemas.identities.COLUMNS``. New ids are taken in order of
        source and id, each against everybody before it, so that the order of
        deliveries makes no difference.
    """
    ordered = new.sort_values(["source", "person_id"]).reset_index(drop=True)
    ordered["mention_key"] = ordered["source"] + "|" + ordered["person_id"]
    against_known = resolve_mentions(ordered, known, weights, decisions) if len(known) else None
    results = []
    uids: dict[str, str] = {}
    groups = _same_by_key(ordered)
    for i, row in enumerate(ordered.itertuples(index=False)):
        ruling = None if against_known is None else against_known.iloc[i]
        twin = uids.get(groups[i]) if groups[i] else None
        if ruling is not None and ruling["state"] == "linked":
            uid, state, rule = str(ruling["person_key"]), "linked", str(ruling["rule"])
        elif twin is not None:
            uid, state, rule = twin, "linked", "safe_key"
        else:
            uid = new_uid()
            is_review = ruling is not None and ruling["state"] == "review"
            state, rule = ("review", str(ruling["rule"])) if is_review and ruling is not None else ("single", "new_id")
        if groups[i]:
            uids.setdefault(groups[i], uid)
        candidates = _candidates(ruling) if state == "review" else "[]"
        results.append((row.source, row.person_id, uid, state, rule, True, candidates))
    return pd.DataFrame(results, columns=["source", *COLUMNS])


def _same_by_key(people: pd.DataFrame) -> list[str]:
    """Return the safe key of each row (folded name tokens and birth date); empty where a date is vague."""
    keys = []
    for row in people.itertuples(index=False):
        born = _text(row.birth_date)[:10]
        vague = not born or born.endswith("-01-01")
        keys.append("" if vague else f"{name_key(_text(row.last_name), _text(row.first_name))}|{born}")
    return keys


def identify_mentions(
    mentions: pd.DataFrame,
    participants: pd.DataFrame,
    weights: Weights,
    decisions: pd.DataFrame | None = None,
    new_uid: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> pd.DataFrame:
    """Return one identity for each mention that somebody fits; the others do not appear.

    Args:
        mentions: source, person_id (``mention_id``), last_name, first_name, birth_date, ags; one row a mention.
        participants: person_key and names as in ``identify_participants``.
        weights, decisions, new_uid: as there.
    """
    if mentions.empty or participants.empty:
        return pd.DataFrame(columns=["source", *COLUMNS])
    named = mentions.assign(mention_key=mentions["source"] + "|" + mentions["person_id"])
    rulings = resolve_mentions(named.reset_index(drop=True), participants, weights, decisions)
    results = []
    for row, (_, ruling) in zip(named.itertuples(index=False), rulings.iterrows(), strict=True):
        if ruling["state"] == "none":
            continue
        is_linked = ruling["state"] == "linked"
        uid = str(ruling["person_key"]) if is_linked else new_uid()
        candidates = "[]" if is_linked else _candidates(ruling)
        results.append((row.source, row.person_id, uid, str(ruling["state"]), str(ruling["rule"]), False, candidates))
    return pd.DataFrame(results, columns=["source", *COLUMNS])


def _candidates(ruling: "pd.Series | None") -> str:
    return "[]" if ruling is None else json.dumps(ruling["candidates"], default=str)
