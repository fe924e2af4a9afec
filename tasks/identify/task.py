"""Prefect side of the identify stage: new ids and names of all deliveries to persons; names stop here."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from config.folders import SHIPPED_WEIGHTS
from schemas.deliveries import Delivery
from schemas.identities import COLUMNS, FILE, MENTION_SHAPE, NAMED, REVISITED_FILE
from tasks.identify.delivered import corrected, mention_id, split_pairs, stands_in
from tasks.identify.people import identify_mentions, identify_participants, revisit_mentions
from tasks.identify.weights import Weights
from tasks.identify.weights_change import weights_of_night
from tasks.run import Run
from tasks.step import step


class _Known(NamedTuple):
    """What the warehouse knows: participant ids, mentions nobody decided on, split pairs."""

    people: pd.DataFrame
    mentions: pd.DataFrame
    decisions: pd.DataFrame


class _Asked(NamedTuple):
    """Whom the night rules on: participant ids, new mentions, known mentions once more."""

    participants: pd.DataFrame
    mentions: pd.DataFrame
    again: pd.DataFrame


@step("identify persons")
def identify_persons(run: Run, deliveries: list[Delivery]) -> int:
    """Write ``identities.arrow`` beside the records of each open delivery; return how many ids were ruled on."""
    opened = [delivery for delivery in deliveries if delivery.is_open and delivery.folder is not None]
    for delivery in opened:
        _name_mentions(delivery)
    with run.session() as session:
        known = _Known(
            session.large_frame("identify/known_people"),
            session.frame("identify/known_mentions"),
            split_pairs(session),
        )
        weights, are_new = weights_of_night(
            session,
            run.county.weights_file,
            nobody_known=known.people.empty,
            is_shipped=run.county.weights_file == SHIPPED_WEIGHTS,
        )
    delivered = _delivered(opened, "participants")
    asked = pd.concat(
        [_one_each(_unknown(delivered, known.people)).assign(person_uid=None), corrected(delivered, known.people)],
        ignore_index=True,
    )
    mentions = _one_each(_unknown(_delivered(opened, "enrolments"), _mention_ids(run, opened)))
    waiting = known.mentions if are_new else _to_revisit(known, asked)
    return _ruled(run, opened, known, _Asked(asked, mentions, waiting), weights)


def _ruled(run: Run, opened: list[Delivery], known: _Known, whom: _Asked, weights: Weights) -> int:
    asked, mentions, waiting = whom
    if asked.empty and mentions.empty and waiting.empty:
        return 0
    people = identify_participants(asked, known.people, weights, known.decisions)
    everybody = _everybody(known.people, asked, people)
    named = identify_mentions(mentions, everybody, weights, known.decisions)
    identities = pd.concat([people, named], ignore_index=True)
    for delivery in opened:
        own = identities[identities["source"] == delivery.source][list(COLUMNS)]
        if len(own) and delivery.folder is not None:
            _write(pa.Table.from_pandas(own, preserve_index=False), delivery.folder / FILE)
    again = revisit_mentions(waiting, everybody, weights, known.decisions)
    if len(again):
        _write(pa.Table.from_pandas(again, preserve_index=False), run.work_folder / REVISITED_FILE)
    return len(identities) + len(again)


def _everybody(known: pd.DataFrame, asked: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return every participant id with its name and the person it stands for from tonight on."""
    columns = ["source", "person_id", "person_key", *NAMED]
    now = asked.drop(columns="person_uid").merge(
        people[["source", "person_id", "person_uid"]], on=["source", "person_id"]
    )
    together = pd.concat([now.rename(columns={"person_uid": "person_key"})[columns], known[columns]], ignore_index=True)
    once = together.drop_duplicates(["source", "person_id"])  # tonight's row stands before the known one
    return once.dropna(subset=["birth_date"]).reset_index(drop=True)


def _to_revisit(known: _Known, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the known mentions that what happened since may change.

    With new or corrected participants: those that nobody fits or several do, and those of a corrected
    person. Always: those of a person of whom an id was split off.
    """
    mentions = known.mentions
    concerned = mentions["is_apart"].astype(bool)
    if len(asked):
        moved = set(asked["person_uid"].dropna())
        concerned |= mentions["link_state"].ne("linked") | mentions["person_key"].isin(moved)
    return mentions[concerned].reset_index(drop=True)


def _read(path: Path, columns: list[str]) -> pa.Table:
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        return reader.read_all().select(columns)


def _write(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _name_mentions(delivery: Delivery) -> None:
    """Give every enrolment that names nobody by id the id of its mention (in place, by a new file)."""
    path = delivery.folder / "enrolments.arrow" if delivery.folder else None
    if path is None or not path.exists():
        return
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        table = reader.read_all()
    if table.column("person_id").null_count == 0:
        return
    rows = table.select(["person_id", *NAMED]).to_pylist()
    ids = [
        row["person_id"]
        if row["person_id"] is not None or not (row["last_name"] or row["first_name"])
        else mention_id(*(row[name] for name in NAMED))
        for row in rows
    ]
    position = table.schema.get_field_index("person_id")
    renamed = path.with_suffix(".new")
    _write(table.set_column(position, "person_id", pa.array(ids, pa.string())), renamed)
    renamed.replace(path)


def _delivered(deliveries: list[Delivery], kind: str) -> pd.DataFrame:
    """Return source, person_id and names of the good rows of a kind: participants, or whom enrolments name by name."""
    frames = [pd.DataFrame(columns=["source", "person_id", *NAMED])]
    for delivery in deliveries:
        path = (delivery.folder or Path()) / f"{kind}.arrow"
        if path.exists():
            table = _read(path, ["person_id", *NAMED, "rejected"])
            wanted = pc.and_(pc.is_valid(table["person_id"]), pc.invert(table["rejected"]))
            if kind == "enrolments":
                wanted = pc.and_(wanted, pc.match_substring_regex(table["person_id"], MENTION_SHAPE))
            frames.append(table.filter(wanted).to_pandas().assign(source=delivery.source)[frames[0].columns])
    found = [frame for frame in frames[1:] if len(frame)]
    return pd.concat(found, ignore_index=True).drop_duplicates() if found else frames[0]


def _unknown(delivered: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    return delivered[~stands_in(delivered, known)] if len(delivered) else delivered


def _mention_ids(run: Run, deliveries: list[Delivery]) -> pd.DataFrame:
    with run.session() as session:
        return session.frame(
            "SELECT source, person_id FROM vault.source_id WHERE county = :county AND NOT is_participant "
            "AND source = ANY(CAST(:sources AS text[]))",
            sources=sorted({delivery.source for delivery in deliveries}),
        )


def _one_each(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates(["source", "person_id"]).reset_index(drop=True)
