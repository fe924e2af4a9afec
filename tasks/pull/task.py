"""Prefect side of the pull stage: fetch, archive, register, and say what is new."""

import glob
import hashlib
import time
from dataclasses import replace
from pathlib import Path

from config.sources import Source
from schemas.deliveries import DeliveredFile, Delivery, DeliveryState
from schemas.errors import PipelineError, SourceUnavailable
from tasks.keyring import read_keys
from tasks.pull.archive import Archive
from tasks.pull.fetching import pull_source
from tasks.pull.registry import (
    Archived,
    Register,
    archived,
    loaded_contents,
    register_delivery,
    retries_of,
    seen_delivery,
    taken_back_of,
    waiting_of,
)
from tasks.pull.spec import TIMEOUT_S, PulledFile, is_transient
from tasks.run import Run, source_hash
from tasks.step import step
from tasks.warehouse.foreign import read_foreign
from tasks.warehouse.session import CountySession

PAUSES_S = (1.0, 5.0)
"""Seconds between the tries of one source."""


@step("pull deliveries", retries=0)
def pull_sources(run: Run) -> list[Delivery]:
    """Fetch every source of the run; one that fails leaves the others running.

    Loaded deliveries with rows that another delivery may put right come along
    from the archive, before what was pulled (CONTRACT section 5).
    """
    archive = open_archive(run)
    deliveries: list[Delivery] = []
    for source in run.sources:
        pulled = _pulled(run, source, archive)
        if not run.dry:
            pulled = _with_retries(run, source, _with_taken_back(run, source, pulled, archive), archive)
        deliveries += pulled
    return deliveries


def _pulled(run: Run, source: Source, archive: Archive) -> list[Delivery]:
    try:
        files = _fetch_patiently(run, source)
    except SourceUnavailable as error:
        return [Delivery(source.name, "unreadable", error=str(error), exit_code=error.exit_code)]
    if not files:
        return [Delivery(source.name, "absent")]
    return _without_trace(source, files) if run.dry else _registered(run, source, files, archive)


def open_archive(run: Run) -> Archive:
    """Return the county's archive of delivered files, with the keys that the environment names."""
    import os

    keys = read_keys(os.environ)
    return Archive(run.county.state / "raw", keys.current, keys.older)


def _fetch_patiently(run: Run, source: Source) -> tuple[PulledFile, ...]:
    """Fetch, and try again with growing pauses where that may help, until the source's time cap is used up.

    The step itself is not repeated: that would fetch the sources again that answered.
    """
    began, cap = time.monotonic(), source.pull.timeout_s or TIMEOUT_S
    for pause in PAUSES_S:
        try:
            return _fetch(run, source)
        except SourceUnavailable as error:
            if not is_transient(error) or time.monotonic() - began + pause > cap:
                raise
        time.sleep(pause)
    return _fetch(run, source)


def _fetch(run: Run, source: Source) -> tuple[PulledFile, ...]:
    folder = run.work_folder / "pull" / source.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = source.pull if run.local is None else replace(source.pull, url=glob.escape(run.local), auth=None)
    try:
        return pull_source(place, run.county.inbox, run.county.folder, folder, read_foreign)
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
    found: dict[int, Delivery] = {}
    with run.session() as session:
        known = loaded_contents(session, source.name) if source.delivery == "full" else frozenset()
        for unit in _units(source, files):
            register = Register(source, run.run_id, run.as_of, content_hash(unit), source_hash(run.county, source))
            earlier = seen_delivery(session, register, [file.name for file in unit])
            file_ids = register.files(session, unit)
            stands = earlier is not None and earlier.is_loaded
            delivered = tuple(
                DeliveredFile(f.name, f.sha256, stands or f.sha256 in known, file_ids[i], f.path)
                for i, f in enumerate(unit)
            )
            notes = tuple(note for file in unit for note in file.notes)
            delivery_id = earlier.delivery_id if earlier else register_delivery(session, register, file_ids)
            state: DeliveryState = "unchanged" if stands else "arrived"
            found.setdefault(delivery_id, Delivery(source.name, state, delivered, delivery_id, notes=notes))
    return list(found.values())


def register_unrecorded(run: Run, session: CountySession, source: Source, delivery: Delivery) -> Delivery:
    """Register a dry run's delivery in a transaction that its caller takes back; nothing is archived."""
    content = hashlib.sha256("\n".join(sorted(file.sha256 for file in delivery.files)).encode()).hexdigest()
    register = Register(source, run.run_id, run.as_of, content, source_hash(run.county, source))
    files = [PulledFile(file.name, file.sha256, 0, Path(file.name), None, file.name) for file in delivery.files]
    ids = register.files(session, files)
    numbered = tuple(replace(file, file_id=ids[i]) for i, file in enumerate(delivery.files))
    return replace(delivery, files=numbered, delivery_id=register_delivery(session, register, ids))


def _with_taken_back(run: Run, source: Source, pulled: list[Delivery], archive: Archive) -> list[Delivery]:
    """Add what a replay took back unpublished and the supplier no longer sends, before what came now."""
    if source.delivery == "full" and any(delivery.is_open for delivery in pulled):
        return pulled
    with run.session() as session:
        wanted = taken_back_of(session, source.name)
    standing = {delivery.delivery_id for delivery in pulled}
    gone = {key: files for key, files in wanted.items() if key[0] not in standing}
    return [_as_new(delivery) for delivery in _from_archive(run, gone, archive)] + pulled


def _with_retries(run: Run, source: Source, pulled: list[Delivery], archive: Archive) -> list[Delivery]:
    """Open again, from the archive, the loaded deliveries that hold rows to be tried again.

    A full delivery that arrived anew stands in for all that came before it.
    """
    if source.delivery == "full" and any(delivery.is_open for delivery in pulled):
        return pulled
    with run.session() as session:
        retries = retries_of(session, source.name, run.as_of)
    standing = {delivery.delivery_id: delivery for delivery in pulled}
    again = [
        replace(
            delivery,
            again=True,
            recalled=delivery.delivery_id not in standing,
            notes=standing[delivery.delivery_id].notes if delivery.delivery_id in standing else (),
        )
        for delivery in _from_archive(run, retries, archive)
    ]
    opened = {delivery.delivery_id for delivery in again}
    return again + [delivery for delivery in pulled if delivery.delivery_id not in opened]


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
        wanted = [waiting_of(session, source) for source in run.sources]
    return [_as_new(delivery) for found in wanted for delivery in _from_archive(run, found, archive)]


def _as_new(delivery: Delivery) -> Delivery:
    return replace(delivery, files=tuple(replace(file, unchanged=False) for file in delivery.files))


@step("open archived deliveries")
def open_archived(run: Run, delivery_ids: tuple[int, ...]) -> list[Delivery]:
    """Return deliveries of the past from the archive, and what that day tried again; no supplier is touched."""
    archive = open_archive(run)
    with run.session() as session:
        wanted = archived(session, delivery_ids)
    found = _from_archive(run, wanted, archive)
    return [
        delivery
        for source in run.sources
        for delivery in _with_retries(run, source, [each for each in found if each.source == source.name], archive)
    ]


def content_hash(files: tuple[PulledFile, ...]) -> str:
    """Return the identity of a delivery: the contents of its files, whatever they are called."""
    return hashlib.sha256("\n".join(sorted(file.sha256 for file in files)).encode()).hexdigest()
