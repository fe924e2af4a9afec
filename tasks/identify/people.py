"""Who the ids and names of a run are: pure frames in, one identity out for each id that is asked about.

Rule: a known id keeps its person while its name and birth date stay. A new
participant id, or one that was corrected, is held against everybody who is known
and against the others that are asked about. A person named by name is held against
all participants. Linked, or offered for review (then a person of its own until
somebody decides), or, when named by name only and nobody fits, left out: below the
floor nobody becomes a new person.
"""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from schemas.identities import COLUMNS, MENTION_PREFIX, NAMED
from tasks.identify.decide import MOST_CANDIDATES
from tasks.identify.folding import name_key
from tasks.identify.records import link_records
from tasks.identify.resolve import resolve_mentions
from tasks.identify.standing import StandingPersons
from tasks.identify.weights import Weights

PERSON_COLUMNS = ["person_key", *NAMED]
Row = Mapping[Any, Any]
NewUid = Callable[[], str]


def _random_uid() -> str:
    return str(uuid.uuid4())


def mention_id(last_name: object, first_name: object, birth_date: object, ags: object) -> str:
    """Return the id of somebody named by name: equal names in any spelling order and equal dates are one mention."""
    parts = [name_key(_text(last_name), _text(first_name)), _text(birth_date)[:10], _text(ags)]
    return MENTION_PREFIX + hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _text(value: object) -> str:
    return "" if value is None or value is pd.NaT or value != value else str(value)  # noqa: PLR0124, NaN


def corrected(delivered: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the known ids whose delivered name or birth date differs from the known one, as ``asked`` rows.

    Args:
        delivered: source, person_id and names; an id that stands there with different names is left
            out, for its rows are rejected.
        known: as in ``identify_participants``. Ids that a person has linked stay as decided.
    """
    once = delivered.drop_duplicates(["source", "person_id"], keep=False)
    both = once.merge(known[~known["is_decided"]], on=["source", "person_id"], suffixes=("", "_known"))
    differs = [
        _text(row["birth_date"])[:10] != _text(row["birth_date_known"])[:10]
        or any(_text(row[name]) != _text(row[f"{name}_known"]) for name in ("last_name", "first_name"))
        for row in both.to_dict("records")
    ]
    return both.assign(person_uid=both["person_key"])[["source", "person_id", *NAMED, "person_uid"]][
        np.array(differs, dtype=bool)
    ]


def identify_participants(
    asked: pd.DataFrame,
    known: pd.DataFrame,
    weights: Weights,
    decisions: pd.DataFrame | None = None,
    new_uid: NewUid = _random_uid,
) -> pd.DataFrame:
    """Return one identity for each participant id that is asked about.

    Args:
        asked: source, person_id, last_name, first_name, birth_date, ags, person_uid (today's person of a
            corrected id, absent for a new one); one row an id.
        known: source, person_id, person_key (person_uid) and names of all known participant ids; those
            that are asked about do not count.
        weights: one version of the fixed weights.
        decisions: mention_key (source|id), other_key, person_key, link ("cannot"): what somebody split.
        new_uid: makes the random uid of a new person.

    Returns:
        source plus ``schemas.identities.COLUMNS``. Corrected ids come first, then new ones, each in order
        of source and id, so that the order of rows makes no difference. A second id of one source
        joins a person by the safe key only.
    """
    ordered = _in_order(asked)
    others = known[~_keys(known).isin(_keys(ordered))].dropna(subset=["birth_date"])
    table = StandingPersons(
        sources={str(uid): set(group) for uid, group in others.groupby("person_key")["source"]},
        keys={str(uid): set(group) for uid, group in _keys(others).groupby(others["person_key"])},
        apart=_split_pairs(decisions),
    )
    rulings = _against_known(ordered, others, weights, decisions)
    among = _among_asked(ordered, weights)
    crowded = _asked_twice(ordered, rulings)
    results = []
    for row, ruling in zip(ordered.to_dict("records"), rulings, strict=True):
        found = _take(row, ruling, among.get(row["mention_key"], []), table, crowded, new_uid)
        results.append((row["source"], row["person_id"], *found))
    return pd.DataFrame(results, columns=["source", *COLUMNS])


def _keys(frame: pd.DataFrame) -> "pd.Series[str]":
    return frame["source"].astype(str) + "|" + frame["person_id"].astype(str)


def _in_order(asked: pd.DataFrame) -> pd.DataFrame:
    uid = asked["person_uid"] if "person_uid" in asked else pd.Series(None, index=asked.index, dtype=object)
    ordered = asked.assign(person_uid=uid, is_new=uid.isna(), mention_key=_keys(asked))
    return ordered.sort_values(["is_new", "source", "person_id"]).reset_index(drop=True)


def _split_pairs(decisions: pd.DataFrame | None) -> set[tuple[str, str]]:
    if decisions is None or "other_key" not in decisions:
        return set()
    return set(zip(decisions["mention_key"], decisions["other_key"], strict=True))


def _against_known(
    ordered: pd.DataFrame, known: pd.DataFrame, weights: Weights, decisions: pd.DataFrame | None
) -> Sequence[Row]:
    if ordered.empty or known.empty:
        return [{"state": "none", "rule": "", "person_key": None, "candidates": []} for _ in range(len(ordered))]
    return resolve_mentions(ordered, known, weights, decisions).to_dict("records")


def _among_asked(ordered: pd.DataFrame, weights: Weights) -> dict[str, list[dict[str, Any]]]:
    """Return the pairs among the ids that are asked about, by the id that is taken later; safest link first."""
    if len(ordered) < 2:
        return {}
    place = {key: at for at, key in enumerate(ordered["mention_key"])}
    pairs = link_records(ordered.rename(columns={"mention_key": "record_key"}), weights)
    found: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs.to_dict("records"):
        first, later = sorted((pair["left_key"], pair["right_key"]), key=place.__getitem__)
        named: dict[str, Any] = {str(name): value for name, value in pair.items()}
        found.setdefault(later, []).append(named | {"earlier": first})
    for each in found.values():
        each.sort(key=lambda pair: (pair["rule"] != "safe_key", -pair["score"], place[pair["earlier"]]))
    return found


def _asked_twice(ordered: pd.DataFrame, rulings: Sequence[Row]) -> set[tuple[str, str]]:
    """Return (source, person) where a score would give one person two ids of one source: twins, perhaps."""
    by_score = [
        (source, str(ruling["person_key"]))
        for source, ruling in zip(ordered["source"], rulings, strict=True)
        if ruling["rule"] == "score"
    ]
    return {pair for pair, count in Counter(by_score).items() if count > 1}


def _take(
    row: Row,
    ruling: Row,
    pairs: list[dict[str, Any]],
    table: StandingPersons,
    crowded: set[tuple[str, str]],
    new_uid: NewUid,
) -> tuple[str, str, str, bool, str]:
    """Return uid, state, rule, is_participant and candidates of one id, and remember it in ``table``."""
    key, source = row["mention_key"], row["source"]
    doubts: list[tuple[str, dict[str, Any]]] = []  # rule, candidate
    links: list[tuple[str, str, dict[str, Any] | None]] = []  # uid, rule, candidate
    best = ruling["candidates"][0] if ruling["candidates"] else None
    if ruling["state"] == "linked":
        links.append((str(ruling["person_key"]), ruling["rule"], best))
    else:
        doubts += [(ruling["rule"], candidate) for candidate in ruling["candidates"]]
    for pair in pairs:
        uid = table.given[pair["earlier"]]
        candidate = {"person_key": uid, "score": pair["score"], "evidence": pair["evidence"]}
        if pair["state"] == "linked":
            links.append((uid, pair["rule"], candidate))
        else:
            doubts.append((pair["rule"], candidate))
    links.sort(key=lambda link: link[1] != "safe_key")
    for uid, rule, offered in links:
        again = rule == "score" and (source in table.sources.get(uid, ()) or (source, uid) in crowded)
        if table.may_join(key, uid) and not again:
            table.take(key, source, uid)
            return uid, "linked", rule, True, _document([offered] if offered else [])
        if offered is not None:
            doubts.insert(0, ("same_source" if again else "split_elsewhere", offered))
    doubts = [(rule, each) for rule, each in doubts if table.may_join(key, str(each["person_key"]))]
    own = row["person_uid"]
    keeps = isinstance(own, str) and own not in table.keys
    uid = str(own) if keeps else new_uid()
    table.take(key, source, uid)
    state, rule = ("review", doubts[0][0]) if doubts else ("single", "new_id" if row["is_new"] else "corrected")
    return uid, state, rule, True, _document(_best_of([each for _, each in doubts], uid))


def _best_of(candidates: list[dict[str, Any]], own: str) -> list[dict[str, Any]]:
    best: dict[str, dict[str, Any]] = {}
    for each in sorted(candidates, key=lambda each: -each["score"]):
        if each["person_key"] != own:
            best.setdefault(each["person_key"], each)
    return list(best.values())[:MOST_CANDIDATES]


def identify_mentions(
    mentions: pd.DataFrame,
    participants: pd.DataFrame,
    weights: Weights,
    decisions: pd.DataFrame | None = None,
    new_uid: NewUid = _random_uid,
) -> pd.DataFrame:
    """Return one identity for each mention that somebody fits; the others do not appear.

    Args:
        mentions: source, person_id (``mention_id``), last_name, first_name, birth_date, ags; one row a mention.
        participants: person_key and names as in ``identify_participants``.
        weights, decisions, new_uid: as there.

    Returns:
        source plus ``schemas.identities.COLUMNS``.
    """
    results = []
    for row, ruling in _ruled(mentions, participants, weights, decisions):
        if ruling["state"] == "none":
            continue
        uid = str(ruling["person_key"]) if ruling["state"] == "linked" else new_uid()
        results.append((row["source"], row["person_id"], uid, ruling["state"], ruling["rule"], False, _shown(ruling)))
    return pd.DataFrame(results, columns=["source", *COLUMNS])


def revisit_mentions(
    mentions: pd.DataFrame,
    participants: pd.DataFrame,
    weights: Weights,
    decisions: pd.DataFrame | None = None,
    new_uid: NewUid = _random_uid,
) -> pd.DataFrame:
    """Return ``schemas.identities.REVISITED_COLUMNS`` of the known mentions that are ruled on otherwise than before.

    Args:
        mentions: ref_id, source, person_id, names, person_key and link_state of today; one row a mention.
        participants, weights, decisions, new_uid: as in ``identify_mentions``.
    """
    results = []
    persons = set(participants["person_key"])
    for row, ruling in _ruled(mentions, participants, weights, decisions):
        state, uid = ruling["state"], str(row["person_key"])
        if state == "linked":
            uid = str(ruling["person_key"])
        elif uid in persons:
            uid = new_uid()
        elif state == "none":
            state = row["link_state"] if row["link_state"] == "split" else "single"
        state = "single" if state == "none" else state
        if state == "review" or (uid, state) != (row["person_key"], row["link_state"]):
            results.append((row["ref_id"], uid, state, ruling["rule"], _shown(ruling)))
    return pd.DataFrame(results, columns=["ref_id", "person_uid", "link_state", "rule", "candidates"])


def _ruled(
    mentions: pd.DataFrame, participants: pd.DataFrame, weights: Weights, decisions: pd.DataFrame | None
) -> list[tuple[Row, Row]]:
    if mentions.empty or participants.empty:
        return []
    named = mentions.assign(mention_key=_keys(mentions)).reset_index(drop=True)
    rulings = resolve_mentions(named, participants, weights, decisions)
    return list(zip(named.to_dict("records"), rulings.to_dict("records"), strict=True))


def _shown(ruling: Row) -> str:
    """The candidates of a doubt, or the person who was linked."""
    candidates = ruling["candidates"]
    if ruling["state"] == "linked":
        candidates = [each for each in candidates if each["person_key"] == ruling["person_key"]][:1]
    return _document(candidates)


def _document(candidates: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(list(candidates), default=str)
