"""Where the embedded cluster lies, and what ``state`` remembers of it.

``state/postgresql`` (0700) holds what is ours: ``server.json`` (the pointer),
the superuser's password, the start lock. The cluster's home holds data, socket
and log. Home is the same folder where the server's account reaches it; else it
is ``/var/lib/teilhabe/<instance>`` (TEILHABE_SYSTEM_DIR names another), and the
pointer says so.
"""

import contextlib
import json
import os
import re
import secrets
import socket
import stat
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from schemas.errors import WarehouseUnreachable
from tasks.warehouse.osuser import OsUser, can_write, private_folder

SYSTEM_DIR = "/var/lib/teilhabe"
# sun_path holds 108 bytes with its closing NUL; the socket's own name takes 18.
LONGEST_SOCKET_DIR = 107 - len("/.s.PGSQL.65535.lock")
# The server reads this setting as a list with quotes of its own, and pg_ctl passes it through a shell.
PLAIN_PATH = re.compile(r"[\w/.+-]+\Z", re.ASCII)


@dataclass(frozen=True)
class Pointer:
    """What ``server.json`` remembers: ``home`` is None when it is ``state/postgresql`` itself (which may move)."""

    instance: str
    port: int
    home: str | None = None
    user: str | None = None


@dataclass(frozen=True)
class Place:
    """The folders of one embedded server."""

    room: Path
    home: Path
    pointer: Pointer

    @property
    def data_dir(self) -> Path:
        """The cluster itself, 0700."""
        return self.home / "data"

    @property
    def log_file(self) -> Path:
        """Where the server writes."""
        return self.home / "log" / "server.log"

    @property
    def cluster_lock(self) -> Path:
        """Held by every process of the running server, so a dead one is known as dead."""
        return self.room / "cluster.lock"

    @property
    def socket_dir(self) -> Path:
        """A 0700 folder whose path is short enough for a socket's address."""
        near = self.home / "run"
        if len(os.fsencode(near)) <= LONGEST_SOCKET_DIR and PLAIN_PATH.match(str(near)):
            return near
        return Path("/tmp") / f"teilhabe-{self.pointer.instance}"  # noqa: S108, made 0700 and its owner checked


def room_of(state: Path) -> Path:
    """Return ``state/postgresql`` as an absolute path, existing or not."""
    return Path(os.path.abspath(state)) / "postgresql"  # noqa: PTH100, resolve() would follow a link that may move


def find_place(state: Path) -> Place | None:
    """Return the place ``state`` points to, None when there is no server yet."""
    room = room_of(state)
    try:
        pointer = Pointer(**json.loads((room / "server.json").read_text("utf-8")))
    except FileNotFoundError:
        return None
    return Place(room, Path(pointer.home) if pointer.home else room, pointer)


def make_place(state: Path, user: OsUser | None) -> Place:
    """Choose and record the place of a new server; the caller holds the start lock."""
    room = room_of(state)
    instance = secrets.token_hex(6)
    home = None
    if user is not None and not _reaches(user, room):
        home = str(system_dir() / instance)
    place = Place(
        room,
        Path(home) if home else room,
        Pointer(instance, free_port(), home, user.name if user else None),
    )
    if home:
        system_dir().mkdir(mode=0o755, parents=True, exist_ok=True)
        place.home.mkdir(mode=0o711, exist_ok=True)
        place.home.chmod(0o711)
        write_private(place.home / "owner.json", json.dumps({"state": str(room.parent), "instance": instance}))
    remember(place)
    return place


def system_dir() -> Path:
    """Return the folder for clusters and binaries that cannot lie under ``state``."""
    return Path(os.environ.get("TEILHABE_SYSTEM_DIR", SYSTEM_DIR))


def _reaches(user: OsUser, room: Path) -> bool:
    """Try it: may ``user`` write in a folder of its own below ``room``?"""
    probe = Path(tempfile.mkdtemp(prefix=".probe-", dir=room))
    try:
        os.chown(probe, user.uid, user.gid)
        return can_write(user, probe)
    finally:
        probe.rmdir()


def remember(place: Place) -> None:
    """Write the pointer; it is whole or not there."""
    write_private(place.room / "server.json", json.dumps(asdict(place.pointer)))


def with_port(place: Place, port: int) -> Place:
    """Return the same place on another port, recorded."""
    moved = replace(place, pointer=replace(place.pointer, port=port))
    remember(moved)
    return moved


def prepare_folders(place: Place, user: OsUser | None) -> None:
    """Make log and socket folders, 0700, for the server's account."""
    private_folder(place.home / "log", user)
    folder = private_folder(place.socket_dir, user)
    found = folder.lstat()
    owner = user.uid if user else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
        raise WarehouseUnreachable("E501", step=f"socket {folder}", log=place.log_file)


def write_private(path: Path, text: str) -> None:
    """Write ``path`` with mode 0600, at once."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        if os.geteuid() == 0:
            # Root helps out in somebody else's folder: its owner must be able to read on.
            owner = path.parent.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def secret(path: Path) -> str:
    """Return the secret kept in ``path``, made on first use."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text("utf-8").strip()
    write_private(path, secrets.token_urlsafe(24))
    return path.read_text("utf-8").strip()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
