"""Backup and restore of a county by one command each: database, archive and keys in one file of mode 0600.

The file holds everything that the county knows and the keys that open it. With
TEILHABE_BACKUP_KEY it is sealed as a whole (AES-256-GCM) and tells nothing without
that key; without, keep it where the keys may be kept.
"""

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from config.county import County
from schemas.errors import SourceUnavailable, UsageError, WarehouseUnreachable
from tasks.erase.ledger import FILE as LEDGER_FILE
from tasks.erase.ledger import Ledger, ledger_of
from tasks.keyring import BACKUP_KEY, VAULT_KEY, read_keys
from tasks.keys import keep_beside, make_keys
from tasks.pull.sealing import BACKUP, SealBroken, SealedWriter, is_sealed, unsealed
from tasks.sealed_names import NameCipher
from tasks.warehouse.dumping import dump_database, restore_database
from tasks.warehouse.engine import PIPELINE_ROLE, open_engine
from tasks.warehouse.migrate import current_version, head_version, upgrade
from tasks.warehouse.name_seal import key_of_names
from tasks.warehouse.opening import warehouse_url
from tasks.warehouse.runs import write_audit
from tasks.warehouse.session import county_session

FOLDERS = ("raw", "keys")
"""Folders of ``state`` that a backup carries: the archive of delivered files, and the keys."""


def write_backup(county: County, path: Path) -> dict[str, Any]:
    """Write the county's backup and return what it holds; who did it stands in the audit.

    ``names_key`` is the id of the key under which the names in the vault are sealed, None where they are not.

    Raises:
        UsageError: E821, the file exists already, or there is nothing to keep.
        ConfigInvalid: E215, the backup's key cannot be used.
    """
    url = warehouse_url(county)
    version = current_version(url)
    if path.exists() or version is None:
        raise UsageError("E821", file=path.name)
    key = read_keys(os.environ, BACKUP_KEY).current
    make_keys(county.state)
    engine = open_engine(url, PIPELINE_ROLE)  # of an older schema too: a backup is what stands before an upgrade
    with county_session(engine, county.key) as session:
        names_key = key_of_names(session)
    with tempfile.TemporaryDirectory() as name:
        dump = Path(name) / "database.sql"
        # On a server the night's own login is bound by row-level security; a reader of all rows dumps (databases.sql).
        size = dump_database(os.environ.get("TEILHABE_BACKUP_URL") or url, dump)
        note = {
            "county": county.key,
            "schema": version,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database_sha256": _sha256(dump),
            "database_bytes": size,
            "names_key": names_key,
        }
        note_file = Path(name) / "backup.json"
        note_file.write_text(json.dumps(note), "utf-8")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as sink, _sealing(sink, key) as target, _tar(target) as tar:
            tar.add(note_file, "backup.json")
            tar.add(dump, "database.sql")
            for folder in FOLDERS:
                if (county.state / folder).is_dir():
                    tar.add(county.state / folder, folder)
    size = path.stat().st_size
    with county_session(engine, county.key) as session:
        write_audit(session, "backup", detail={"bytes": size})
    return {**note, "file": str(path), "bytes": size, "sealed": key is not None}


def _tar(target: BinaryIO) -> tarfile.TarFile:
    return tarfile.open(fileobj=target, mode="w|gz")  # a stream: nothing is ever written twice


@contextmanager
def _sealing(sink: BinaryIO, key: bytes | None) -> Iterator[BinaryIO]:
    if key is None:
        yield sink
        return
    writer = SealedWriter(sink, BACKUP, key)
    yield cast(BinaryIO, writer)  # all that a stream of tar asks of a file is write
    writer.close()


def _opened(path: Path, place: Path) -> Path:
    """Return the backup as a plain file: itself, or a copy in the private ``place`` where it is sealed.

    Raises:
        UsageError: E823 it does not open, E826 its key is not at hand.
    """
    try:
        if not is_sealed(path):
            return path
        copy = place / "unsealed.tar.gz"
        with path.open("rb") as source, copy.open("wb") as target:
            for chunk in unsealed(source, BACKUP, read_keys(os.environ, BACKUP_KEY)):
                target.write(chunk)
    except SourceUnavailable:
        raise UsageError("E826", file=path.name) from None
    except (OSError, SealBroken):
        raise UsageError("E823", file=path.name) from None
    return copy


def restore_backup(county: County, path: Path) -> dict[str, Any]:
    """Bring a backup back into an empty warehouse and a state without archive.

    Raises:
        UsageError: E822 warehouse or archive are not empty, E823 no whole backup of this county,
            E826 its key is not at hand.
        ConfigInvalid: E410, the key of the sealed names is not at hand: erasures since could not be repeated.
        WarehouseUnreachable: E511, the backup is of a newer schema than this code.
    """
    url = warehouse_url(county)
    if current_version(url) is not None or (county.state / "raw").exists():
        raise UsageError("E822")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        path = _opened(path, place)
        note = _unpacked(path, place, county)
        if note.get("names_key"):
            NameCipher(county.key, str(note["names_key"]), read_keys(os.environ, VAULT_KEY))
        restore_database(url, place / "database.sql")
        upgrade(url)  # a backup of an older schema: nothing else could be done with it here
        county.state.mkdir(parents=True, exist_ok=True)
        with tarfile.open(path, "r:gz") as tar:
            members = [m for m in tar.getmembers() if m.name.split("/")[0] in FOLDERS]
            tar.extractall(county.state, [m for m in members if m.name.split("/")[0] != "keys"], filter="data")
            tar.extractall(place, [m for m in members if m.name.split("/")[0] == "keys"], filter="data")
        _take_keys(county, place / "keys")
    for folder in FOLDERS:
        for found in (county.state / folder, *(county.state / folder).rglob("*")):
            if found.exists():
                found.chmod(0o700 if found.is_dir() else 0o600)
    return note


def _take_keys(county: County, folder: Path) -> None:
    """Take the backup's keys beside those that are here already, and its list of erasures into the one that stands.

    Keys that were made since, and erasures that came since, stay: a backup never takes them back.
    """
    for path in sorted(folder.glob("*.key")):
        keep_beside(county.state, path.stem.partition("-")[0], path.read_bytes())
    make_keys(county.state)
    own = ledger_of(county.key, county.state, county.folder)
    Ledger(county.key, (*own.places, folder / LEDGER_FILE)).heal()


def _unpacked(path: Path, place: Path, county: County) -> dict[str, Any]:
    try:
        with gzip.open(path) as packed:  # to its checksum, which stands behind everything that tar reads
            while packed.read(1 << 20):
                pass
        with tarfile.open(path, "r:gz") as tar:
            for found in tar:  # all of it, before anything is restored: a copy may have been cut short anywhere
                _read_through(tar, tarfile.data_filter(found, str(place)))
            for member in ("backup.json", "database.sql"):
                tar.extract(member, place, filter="data")
        note: dict[str, Any] = json.loads((place / "backup.json").read_text("utf-8"))
    except (OSError, KeyError, ValueError, EOFError, zlib.error, tarfile.TarError):
        raise UsageError("E823", file=path.name) from None
    if note.get("county") != county.key or note.get("database_sha256") != _sha256(place / "database.sql"):
        raise UsageError("E823", file=path.name)
    if str(note.get("schema")) > head_version():
        raise WarehouseUnreachable("E511", version=note["schema"], wanted=head_version())
    return note


def _read_through(tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    reader = tar.extractfile(member) if member.isfile() else None
    while reader is not None and reader.read(1 << 20):
        pass


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
