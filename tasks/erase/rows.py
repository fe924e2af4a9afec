"""Which rows of a conformed delivery belong to erased persons, and the records without them.

A row is an erased person's when a record of it names the person by id, by the
mention's number, or by folded name and full birth date; a broken row without a
readable birth date already by its name. The whole row goes for every record kind
that names a person; what a row says about an offer stays.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from config.sources import Source
from schemas.kinds import KINDS
from tasks.erase.tokens import Naming, Suppressed, make_token

Place = tuple[int, str | None, int]
"""Position of the file in its delivery, sheet, row as shown."""
NAMED = ("last_name", "first_name", "birth_date")


@dataclass
class Found:
    """Rows of erased persons, and tokens of further ids they came under (token to erasure)."""

    places: set[Place] = field(default_factory=set)
    learned: dict[str, str] = field(default_factory=dict)

    def of_file(self, position: int) -> dict[str | None, set[int]]:
        """Return the rows of one file by sheet."""
        rows: dict[str | None, set[int]] = defaultdict(set)
        for file, sheet, row in self.places:
            if file == position:
                rows[sheet].add(row)
        return dict(rows)


def find_rows(source: Source, folder: Path, suppressed: Suppressed, naming: Naming) -> Found:
    """Return the rows of a conformed delivery (``<kind>.arrow`` in ``folder``) that are an erased person's.

    Participants go first: an id that comes with an erased person's name and birth
    date is learned, and speaks for the person's other rows.
    """
    found = Found()
    kinds = [kind for kind in source.records if "person_id" in KINDS[kind].names]
    for kind in sorted(kinds, key=lambda name: name != "participants"):
        for row in _records(folder / f"{kind}.arrow", kind):
            own = suppressed.with_tokens(found.learned.items()) if found.learned else suppressed
            erasure = _erasure_of(row, source, own, naming)
            if erasure is None:
                continue
            found.places.add((row["file"], row["sheet"], row["row"]))
            if kind == "participants" and row["person_id"] is not None:
                for key in suppressed.keys[:1]:
                    found.learned[make_token(key, "id", source.name, row["person_id"])] = erasure
    known = suppressed.erasures.keys()
    found.learned = {token: erasure for token, erasure in found.learned.items() if token not in known}
    return found


def drop_rows(source: Source, folder: Path, places: set[Place]) -> dict[str, tuple[int, int]]:
    """Write the records anew without these rows; return what is left a kind: (records, rejected)."""
    left = {}
    for kind in source.records:
        path = folder / f"{kind}.arrow"
        with pa.OSFile(str(path), "rb") as file, pa.ipc.open_file(file) as reader:
            table = reader.read_all()
        if "person_id" in KINDS[kind].names:
            keys = zip(*(table.column(name).to_pylist() for name in ("file", "sheet", "row")), strict=True)
            table = table.filter(pa.array([key not in places for key in keys], pa.bool_()))
            fresh = path.with_suffix(".kept")
            with pa.OSFile(str(fresh), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            fresh.replace(path)
        left[kind] = (table.num_rows, table.column("rejected").to_pylist().count(True))
    return left


def _records(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    wanted = ["person_id", "file", "sheet", "row", "rejected"]
    wanted += [name for name in (*NAMED, "ags") if name in KINDS[kind].names]
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_file(file) as reader:
        for index in range(reader.num_record_batches):
            yield from reader.get_batch(index).select(wanted).to_pylist()


def _erasure_of(row: dict[str, Any], source: Source, suppressed: Suppressed, naming: Naming) -> str | None:
    if row["person_id"] is not None:
        erasure = suppressed.by_id(source.ids.person or source.name, row["person_id"])
        if erasure is not None:
            return erasure
    if not row.get("last_name") and not row.get("first_name"):
        return None
    born = str(row["birth_date"] or "")[:10]
    name_key = naming.fold(row["last_name"] or "", row["first_name"] or "")
    erasure = suppressed.by_birth(name_key, born)
    if erasure is None and row["person_id"] is None:
        mention = naming.mention(row["last_name"], row["first_name"], row["birth_date"], row.get("ags"))
        erasure = suppressed.by_id(source.name, mention)
    if erasure is None and row["rejected"] and not born:
        erasure = suppressed.by_name(name_key)
    return erasure
