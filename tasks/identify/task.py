"""Prefect side of the identify stage: new ids and names of all deliveries to persons; names stop here."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from schemas.deliveries import Delivery
from schemas.identities import COLUMNS, FILE, MENTION_PREFIX
from tasks.identify.people import NAMED, identify_mentions, identify_participants, mention_id
from tasks.identify.weights import read_weights
from tasks.run import Run
from tasks.step import step


@step("identify persons")
def identify_persons(run: Run, deliveries: list[Delivery]) -> int:
    """Write ``identities.arrow`` beside the records of each open delivery; return how many ids are new."""
    opened = [delivery for delivery in deliveries if delivery.is_open and delivery.folder is not None]
    for delivery in opened:
        _name_mentions(delivery)
    new, mentions = _unknown(run, opened)
    if new.empty and mentions.empty:
        return 0
    known, decisions = _known(run)
    weights = read_weights()
    people = identify_participants(new, known, weights, decisions)
    everybody = pd.concat(
        [
            known,
            new.merge(people[["source", "person_id", "person_uid"]], on=["source", "person_id"]).rename(
                columns={"person_uid": "person_key"}
            )[["person_key", *NAMED]],
        ],
        ignore_index=True,
    )
    named = identify_mentions(mentions, everybody, weights, decisions)
    identities = pd.concat([people, named], ignore_index=True)
    for delivery in opened:
        own = identities[identities["source"] == delivery.source][list(COLUMNS)]
        if len(own) and delivery.folder is not None:
            _write(pa.Table.from_pandas(own, preserve_index=False), delivery.folder / FILE)
    return len(identities)


def _read(path: Path, columns: list[str]) -> pa.Table:
    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_file(source) as reader:
        return reader.read_all().select(columns)


def _write(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _name_mentions(delivery: Delivery) -> None:
    """Give every enrolment that names nobody by id the id of its mention (in place, by a new file)."""
    path = delivery.folder / "enrolments.arrow" if delivery.folder else None
    if path is None or not path.exists():
        return
    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_file(source) as reader:
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


def _unknown(run: Run, deliveries: list[Delivery]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return new participant ids and new mentions of all deliveries, one row each."""
    new: list[pd.DataFrame] = []
    mentions: list[pd.DataFrame] = []
    with run.session() as session:
        for delivery in deliveries:
            assert delivery.folder is not None
            own = session.frame(
                "SELECT person_id FROM vault.source_id WHERE county = :county AND source = :source",
                source=delivery.source,
            )
            known = set(own["person_id"])
            for name, found, wanted in (("participants", new, False), ("enrolments", mentions, True)):
                path = delivery.folder / f"{name}.arrow"
                if path.exists():
                    frame = _read(path, ["person_id", *NAMED, "rejected"]).to_pandas()
                    is_mention = frame["person_id"].str.startswith(MENTION_PREFIX, na=False)
                    keep = frame["person_id"].notna() & ~frame["rejected"] & ~frame["person_id"].isin(known)
                    keep &= is_mention if wanted else ~is_mention
                    found.append(frame[keep].assign(source=delivery.source))
    return _one_each(new), _one_each(mentions)


def _one_each(frames: list[pd.DataFrame]) -> pd.DataFrame:
    columns = ["source", "person_id", *NAMED]
    if not frames:
        return pd.DataFrame(columns=columns)
    together = pd.concat(frames, ignore_index=True)[columns]
    return together.drop_duplicates(["source", "person_id"]).reset_index(drop=True)


def _known(run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the known participants with all their spellings, and what persons decided about pairs."""
    with run.session() as session:
        known = session.frame("identify/known_people")
        decisions = session.frame("identify/decisions")
    return known, decisions
