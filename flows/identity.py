"""New weights of identity, before they rule: which links they gain and lose, and a person's word for it."""

import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from flows.parameters import today_in
from schemas.errors import UsageError
from schemas.identities import NAMED
from tasks.identify.delivered import split_pairs
from tasks.identify.weights import parse_weights, read_weights
from tasks.identify.weights_change import accept_weights, changed_mentions, changed_pairs, ruling_weights
from tasks.run import Run, county_at
from tasks.warehouse.lock import county_lock
from tasks.warehouse.session import CountySession


def weights_diff(config_dir: str, file: Path) -> list[dict[str, Any]]:
    """Return every id or name whose link a weights file would change, with its place; nothing is applied.

    Raises:
        ConfigInvalid: the file is no weights file (E400 to E402).
        UsageError: E815, there is no such file.
    """
    run = _run(config_dir)
    with run.session() as session:
        return _diff(session, file, run.county.weights_file)


def accept(config_dir: str, file: Path, reason: str) -> dict[str, int]:
    """Let a weights file rule from the next night on, as the county's own; return what it will change, by effect."""
    run = _run(config_dir)
    own = run.county.folder / "identity" / "weights.yaml"
    with county_lock(run.warehouse.engine, run.county.key, run.run_id), run.session() as session:
        changes = Counter(str(row["effect"]) for row in _diff(session, file, run.county.weights_file))
        accept_weights(session, file, reason=reason, changes=changes)
        if file.resolve() != own:
            own.parent.mkdir(exist_ok=True)
            staged = own.with_suffix(".new")
            staged.write_bytes(file.read_bytes())
            staged.replace(own)
    return dict(sorted(changes.items()))


def _run(config_dir: str) -> Run:
    return Run(config_dir, str(uuid.uuid4()), today_in(county_at(config_dir)))


def _diff(session: CountySession, file: Path, in_use: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        raise UsageError("E815", file=file.name)
    new = read_weights(file)
    ruling = ruling_weights(session)
    old = parse_weights(ruling.document, in_use.name) if ruling else read_weights(in_use)
    people = session.frame("identify/known_people")
    if people.empty:
        return []
    known = people.dropna(subset=["birth_date"])[["source", "person_id", "person_key", *NAMED]]
    mentions, decisions = session.frame("identify/known_mentions"), split_pairs(session)
    settled = session.rows(
        "SELECT ref_id, candidate_ref FROM vault.review WHERE county = :county AND state IN ('accepted', 'split')"
    )
    found = [
        changed_mentions(mentions, known, new, decisions),
        changed_pairs(people, old, new, {frozenset((row["ref_id"], row["candidate_ref"])) for row in settled}),
    ]
    return _with_places(session, pd.concat([each.astype(object) for each in found], ignore_index=True))


def _with_places(session: CountySession, changes: pd.DataFrame) -> list[dict[str, Any]]:
    places = {row["ref_id"]: row for row in session.rows_of("identify/places")}
    rows = []
    for change in changes.astype(object).where(changes.notna(), None).to_dict("records"):
        own = places.get(change["ref_id"], {})
        other = places.get(change["other_ref"], {})
        rows.append(
            {
                "effect": change["effect"],
                "rule": change["rule"],
                **{key: own.get(key) for key in ("source", "person_id", "file", "sheet", "row")},
                "before_uid": change["before_uid"],
                "after_uid": change["after_uid"],
                "other_source": other.get("source"),
                "other_id": other.get("person_id"),
            }
        )
    order = ("effect", "source", "file", "row", "person_id", "other_id")
    return sorted(rows, key=lambda row: [(row[key] is None, str(row[key]).zfill(12)) for key in order])
