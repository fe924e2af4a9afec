"""Who the ids and names of a run are: pure frames in, one identity out for each id that is asked about.

Rule: a known id keeps its person while its name and birth date stay. A new
participant id, or one that was corrected, is held against everybody who is known
and against the others that are asked about. A person named by name is held against
all participants. Linked, or offered for review (then a person of its own until
somebody decides), or, when named by name only and nobody fits, left out: below the
floor nobody becomes a new person.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from schemas.identities import COLUMNS, NAMED
from tasks.identify.decide import MOST_CANDIDATES
from tasks.identify.delivered import id_keys, stands_in
from tasks.identify.records import link_records
from tasks.identify.resolve import resolve_mentions
from tasks.identify.standing import StandingPersons
from tasks.identify.weights import Weights

PERSON_COLUMNS = ["person_key", *NAMED]
Row = Mapping[Any, Any]
NewUid = Callable[[], str]


def _random_uid() -> str:
    return str(uuid.uuid4())


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
    others = known if known.empty else known[~stands_in(known, ordered)].dropna(subset=["birth_date"])
    rulings = _against_known(ordered, others, weights, decisions)
    table = _standing(others, _named_persons(ordered, rulings), _split_pairs(decisions))
    among = _among_asked(ordered, weights)
    crowded = _asked_twice(ordered, rulings)
    named = {pair["earlier"] for pairs in among.values() for pair in pairs}
    found = []
    for at, asked_id in enumerate(_asked_ids(ordered)):
        pairs, ruling = among.get(asked_id.key, []), rulings.get(at)
        if asked_id.is_new and not pairs and ruling is None and asked_id.key not in named:
            found.append((new_uid(), "single", "new_id", True, "[]"))  # nobody is like it: most of a first night
        else:
            found.append(_take(asked_id, ruling, pairs, table, crowded, new_uid))
    answers = pd.DataFrame(found, columns=list(COLUMNS[1:]), dtype=object)
    return pd.concat([ordered[["source", "person_id"]], answers.astype({"is_participant": bool})], axis=1)


def _named_persons(ordered: pd.DataFrame, rulings: Mapping[int, Row]) -> set[str]:
    """Return the persons that an id may be joined with or keeps: all others of the table stay as they are."""
    named = {str(uid) for uid in ordered["person_uid"].dropna()}
    for ruling in rulings.values():
        named |= {str(ruling["person_key"]), *(str(each["person_key"]) for each in ruling["candidates"])}
    return named


def _standing(others: pd.DataFrame, named: set[str], apart: set[tuple[str, str]]) -> StandingPersons:
    table = StandingPersons(sources={}, keys={}, apart=apart)
    if named:
        some = others[others["person_key"].astype(str).isin(named)]
        for uid, source, key in zip(some["person_key"].tolist(), some["source"].tolist(), id_keys(some), strict=True):
            table.keys.setdefault(str(uid), set()).add(key)
            table.sources.setdefault(str(uid), set()).add(source)
    return table


class _AskedId(NamedTuple):
    """A participant id that is asked about; ``own``: today's person of a corrected id."""

    key: str
    source: str
    is_new: bool
    own: str | None


def _asked_ids(ordered: pd.DataFrame) -> Iterator[_AskedId]:
    columns = (ordered[name].tolist() for name in ("mention_key", "source", "is_new", "person_uid"))
    for key, source, is_new, own in zip(*columns, strict=True):
        yield _AskedId(key, source, is_new, own if isinstance(own, str) else None)


def _in_order(asked: pd.DataFrame) -> pd.DataFrame:
    uid = asked["person_uid"] if "person_uid" in asked else pd.Series(None, index=asked.index, dtype=object)
    ordered = asked.assign(person_uid=uid, is_new=uid.isna(), mention_key=id_keys(asked))
    return ordered.sort_values(["is_new", "source", "person_id"]).reset_index(drop=True)


def _split_pairs(decisions: pd.DataFrame | None) -> set[tuple[str, str]]:
    if decisions is None or "other_key" not in decisions:
        return set()
    return set(zip(decisions["mention_key"], decisions["other_key"], strict=True))


def _against_known(
    ordered: pd.DataFrame, known: pd.DataFrame, weights: Weights, decisions: pd.DataFrame | None
) -> dict[int, Row]:
    """Return by place in ``ordered`` what was ruled on each id that is like somebody known."""
    if ordered.empty or known.empty:
        return {}
    rulings = resolve_mentions(ordered, known, weights, decisions)
    like = rulings[rulings["state"].ne("none")]
    return dict(zip(like.index.tolist(), like.to_dict("records"), strict=True))


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


def _asked_twice(ordered: pd.DataFrame, rulings: Mapping[int, Row]) -> set[tuple[str, str]]:
    """Return (source, person) where a score would give one person two ids of one source: twins, perhaps."""
    sources = ordered["source"].tolist()
    by_score = [(sources[at], str(ruling["person_key"])) for at, ruling in rulings.items() if ruling["rule"] == "score"]
    return {pair for pair, count in Counter(by_score).items() if count > 1}


def _take(
    asked: _AskedId,
    ruling: Row | None,
    pairs: list[dict[str, Any]],
    table: StandingPersons,
    crowded: set[tuple[str, str]],
    new_uid: NewUid,
) -> tuple[str, str, str, bool, str]:
    """Return uid, state, rule, is_participant and candidates of one id, and remember it in ``table``."""
    key, source = asked.key, asked.source
    doubts: list[tuple[str, dict[str, Any]]] = []  # rule, candidate
    links: list[tuple[str, str, dict[str, Any] | None]] = []  # uid, rule, candidate
    if ruling is not None and ruling["state"] == "linked":
        best = ruling["candidates"][0] if ruling["candidates"] else None
        links.append((str(ruling["person_key"]), ruling["rule"], best))
    elif ruling is not None:
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
    uid = asked.own if asked.own is not None and asked.own not in table.keys else new_uid()
    table.take(key, source, uid)
    state, rule = ("review", doubts[0][0]) if doubts else ("single", "new_id" if asked.is_new else "corrected")
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
    named = mentions.assign(mention_key=id_keys(mentions)).reset_index(drop=True)
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
