"""Prefect side of the pull stage: fetch, archive, register, and say what is new."""

import hashlib
from dataclasses import replace
from pathlib import Path

from config.sources import Source
from schemas.deliveries import DeliveredFile, Delivery
from schemas.errors import PipelineError, SourceUnavailable
from tasks.pull.archive import Archive
from tasks.pull.fetching import pull_source
from tasks.pull.registry import (
    Archived,
    Register,
    archived,
    register_delivery,
    retries_of,
    seen_delivery,
    waiting_of,
)
from tasks.pull.sealing import read_keys
from tasks.pull.spec import PulledFile
from tasks.run import Run, source_hash
from tasks.step import step
from tasks.warehouse.foreign import read_foreign


@step("pull deliveries", retries=0)
def pull_sources(run: Run) -> list[Delivery]:
    """Fetch every source of the run; one that fails leaves the others running."""
    archive = open_archive(run)
    deliveries: list[Delivery] = []
    for source in run.sources:
        try:
            files = _fetch(run, source)
        except SourceUnavailable as error:
            deliveries.append(Delivery(source.name, "unreadable", error=str(error), exit_code=error.exit_code))
            continue
        if not files:
            deliveries.append(Delivery(source.name, "absent"))
        elif run.dry:
            deliveries += _without_trace(source, files)
        else:
            deliveries += _registered(run, source, files, archive)
    return deliveries


def open_archive(run: Run) -> Archive:
    """Return the county's archive of delivered files, with the keys that the environment names."""
    import os

    keys = read_keys(os.environ)
    return Archive(run.county.state / "raw", keys.current, keys.older)


def _fetch(run: Run, source: Source) -> tuple[PulledFile, ...]:
    folder = run.work_folder / "pull" / source.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return pull_source(source.pull, run.county.inbox, run.county.folder, folder, read_foreign)
    except PipelineError:
        raise
    except OSError as error:
        raise SourceUnavailable("E299", source=source.name, kind=type(error).__name__) from None


def _units(source: Source, files: tuple[PulledFile, ...]) -> list[tuple[PulledFile, ...]]:
    """A full delivery is all its files together; of an incremental one each file stands for itself, oldest first."""
    return [files] if source.delivery == "full" else [(file,) for file in files]


def _without_trace(source: Source, files: tuple[PulledFile, ...]) -> list[Delivery]:
    return [
        Delivery(
            source.name, "arrived", tuple(DeliveredFile(f.name, f.sha256, unchanged=False, path=f.path) for f in unit)
        )
        for unit in _units(source, files)
    ]


def _registered(run: Run, source: Source, files: tuple[PulledFile, ...], archive: Archive) -> list[Delivery]:
    for file in files:
        archive.put(file.path)
    found = []
    with run.session() as session:
        for unit in _units(source, files):
            register = Register(source, run.run_id, run.as_of, content_hash(unit), source_hash(run.county, source))
            earlier = seen_delivery(session, register)
            file_ids = register.files(session, unit)
            unchanged = earlier is not None and earlier.state in ("loaded", "replaced")
            delivered = tuple(
                DeliveredFile(f.name, f.sha256, unchanged, file_ids[i], f.path) for i, f in enumerate(unit)
            )
            notes = tuple(note for file in unit for note in file.notes)
            if unchanged and earlier is not None:
                found.append(Delivery(source.name, "unchanged", delivered, earlier.delivery_id, notes=notes))
                continue
            delivery_id = earlier.delivery_id if earlier else register_delivery(session, register, file_ids)
            found.append(Delivery(source.name, "arrived", delivered, delivery_id, notes=notes))
        if all(delivery.state == "unchanged" for delivery in found):
            found = _with_retries(run, found, retries_of(session, source.name), archive)
    return found


def _with_retries(run: Run, found: list[Delivery], retries: Archived, archive: Archive) -> list[Delivery]:
    """Open again, from the archive, the loaded deliveries that hold rows naming somebody unknown."""
    again = {delivery_id for delivery_id, _ in retries}
    kept = [delivery for delivery in found if delivery.delivery_id not in again]
    return kept + [replace(delivery, again=True) for delivery in _from_archive(run, retries, archive)]


def _from_archive(run: Run, wanted: Archived, archive: Archive) -> list[Delivery]:
    deliveries = []
    for (delivery_id, source), files in wanted.items():
        folder = run.work_folder / "archive" / source / str(delivery_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copies = tuple(
            DeliveredFile(name, sha, unchanged=True, file_id=file_id, path=archive.open_copy(sha, folder, name))
            for file_id, sha, name in files
        )
        deliveries.append(Delivery(source, "arrived", copies, delivery_id))
    return deliveries


@step("open waiting deliveries")
def open_waiting(run: Run) -> list[Delivery]:
    """Return the deliveries of the run's sources that wait behind a gate, from the archive."""
    archive = open_archive(run)
    with run.session() as session:
        wanted = [waiting_of(session, source.name) for source in run.sources]
    return [_as_new(delivery) for found in wanted for delivery in _from_archive(run, found, archive)]


def _as_new(delivery: Delivery) -> Delivery:
    return replace(delivery, files=tuple(replace(file, unchanged=False) for file in delivery.files))


@step("open archived deliveries")
def open_archived(run: Run, delivery_ids: tuple[int, ...]) -> list[Delivery]:
    """Return deliveries of the past from the archive; no supplier is touched."""
    with run.session() as session:
        wanted = archived(session, delivery_ids)
    return _from_archive(run, wanted, open_archive(run))


def content_hash(files: tuple[PulledFile, ...]) -> str:
    """Return the identity of a delivery: the names and contents of its files in order."""
    text = "\n".join(f"{file.sha256} {Path(file.name).name}" for file in files)
    return hashlib.sha256(text.encode()).hexdigest()
