"""Start, stop and probe one cluster with PostgreSQL's own programs.

A server is alive when it answers a query on our password, not when a process
number exists: a zombie and a recycled number do not answer. A server is dead
when nobody holds ``cluster.lock``: every one of its processes inherits that
open file, so the kernel lets go of it with the last of them.
"""

import contextlib
import fcntl
import os
import shlex
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo

from schemas.errors import WarehouseUnreachable
from tasks.warehouse.binaries import Binaries
from tasks.warehouse.osuser import OsUser, private_folder, run_as
from tasks.warehouse.placement import Place, prepare_folders

ADMIN = "teilhabe_admin"
DATABASE = "teilhabe"
LARGEST_LOG = 10_000_000
STARTING_SQLSTATE = "57P03"
# Crash recovery of a large WAL may take minutes; a server that says "starting up" is given that time.
PATIENCE_SECONDS = 600
SILENCE_SECONDS = 60
HEADLESS_SECONDS = 3
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "client_encoding": "UTF8",
    "logging_collector": "off",
    # No value reaches the log: neither statements nor the messages of refused ones ("invalid input syntax for … ").
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


_IDENTITY = (
    "SELECT current_setting('server_version'), current_setting('data_directory'), pg_read_file('postmaster.pid')"
)


@dataclass(frozen=True)
class Answer:
    """What a probe found: ``alive``, or why not (``starting``, ``refused``)."""

    alive: bool
    starting: bool = False
    version: str = ""


def probe(place: Place, password: str) -> Answer:
    """Ask the server on the recorded port for its data folder; only our own server knows the password."""
    asked = conninfo.make_conninfo(
        host="127.0.0.1",
        port=place.pointer.port,
        user=ADMIN,
        password=password,
        dbname="postgres",
        connect_timeout=5,
        # A stranger on our port must not be handed the password in clear text.
        require_auth="scram-sha-256",
        application_name="teilhabe probe",
    )
    try:
        with psycopg.connect(asked, autocommit=True) as conn:
            version, data_dir, pid_file = conn.execute(_IDENTITY).fetchall()[0]
    except psycopg.Error as exc:
        text = str(exc)
        return Answer(
            alive=False, starting="starting up" in text or "recovery" in text or exc.sqlstate == STARTING_SQLSTATE
        )
    return Answer(alive=_is_ours(place, Path(data_dir), pid_file), version=version.split()[0])


def _is_ours(place: Place, data_dir: Path, pid_file: str) -> bool:
    """Tell our server from the one of a copied ``state``, which knows the same password.

    After ``state`` was moved under a running server its folder's old name is gone; the pid file then tells.
    """
    if data_dir.exists():
        return place.data_dir.exists() and data_dir.samefile(place.data_dir)
    try:
        return (place.data_dir / "postmaster.pid").read_text() == pid_file
    except OSError:
        return False


@contextlib.contextmanager
def held(path: Path, *, wait: bool = True) -> Iterator[int | None]:
    """Hold an exclusive lock on ``path``; yield the open file, None when ``wait`` is off and somebody has it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
        else:
            yield fd
    finally:
        os.close(fd)


def init_cluster(place: Place, binaries: Binaries, user: OsUser | None, password: str, lock_fd: int) -> None:
    """Make the cluster beside its final place and rename it when whole, so a killed start leaves none half made."""
    making = private_folder(place.home / f"making-{os.getpid()}", user)
    pwfile = making / "password"
    with open(os.open(pwfile, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(password + "\n")
    if user is not None:
        os.chown(pwfile, user.uid, user.gid)
    argv: list[str | Path] = [
        binaries.program("initdb"), "--pgdata", making / "data", "--username", ADMIN, "--pwfile", pwfile,
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-instructions",
    ]  # fmt: skip
    done = run_as(user, argv, pass_fds=[lock_fd])
    pwfile.unlink()
    if done.returncode != 0:
        _keep(place, user, done.stdout)
        raise WarehouseUnreachable("E501", step="initdb", log=place.log_file)
    (making / "data").rename(place.data_dir)
    making.rmdir()


def start(
    place: Place, binaries: Binaries, user: OsUser | None, lock_fd: int, settings: Mapping[str, str] | None = None
) -> bool:
    """Let pg_ctl start the postmaster detached from us and wait for it; False when it did not come up.

    Its output goes to the log file.
    """
    prepare_folders(place, user)
    with contextlib.suppress(FileNotFoundError):
        if place.log_file.stat().st_size > LARGEST_LOG:
            place.log_file.replace(place.log_file.with_suffix(".log.1"))
    # Nobody holds cluster.lock but us, so whatever the pid file names is a zombie or a stranger by now.
    if not postmaster_lives(place):
        for stale in (place.data_dir / "postmaster.pid", *place.socket_dir.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)
    values = {
        **SETTINGS,
        "port": str(place.pointer.port),
        "unix_socket_directories": str(place.socket_dir),
        "cluster_name": f"teilhabe-{place.pointer.instance}",
        **(settings or {}),
    }
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in values.items())
    argv: list[str | Path] = [
        binaries.program("pg_ctl"), "start", "-w", "-t", str(PATIENCE_SECONDS), "-s",
        # Relative: pg_ctl hands its paths to a shell, which would read a $ in them.
        "-D", place.data_dir.relative_to(place.home), "-l", place.log_file.relative_to(place.home),
        "-p", binaries.program("postgres"), "-o", options,
    ]  # fmt: skip
    done = run_as(user, argv, cwd=place.home, pass_fds=[lock_fd], timeout=PATIENCE_SECONDS + 10)
    if done.returncode != 0:
        _keep(place, user, done.stdout)
    return done.returncode == 0


def wait_until_alive(place: Place, password: str) -> Answer | None:
    """Wait for a real answer from a server that somebody else started.

    None when its processes are gone, when a postmaster has not been among
    them for a while (what is left only ends itself), or when it stays silent.
    """
    give_up = time.monotonic() + PATIENCE_SECONDS
    silent_until = time.monotonic() + SILENCE_SECONDS
    headless_until = time.monotonic() + HEADLESS_SECONDS
    while time.monotonic() < min(give_up, silent_until, headless_until):
        answer = probe(place, password)
        if answer.alive:
            return answer
        if answer.starting:
            silent_until = time.monotonic() + SILENCE_SECONDS
        if answer.starting or postmaster_lives(place):
            headless_until = time.monotonic() + HEADLESS_SECONDS
        else:
            with held(place.cluster_lock, wait=False) as free:
                if free is not None:
                    return None
        time.sleep(0.05)
    return None


def stop(place: Place, binaries: Binaries, user: OsUser | None) -> bool:
    """Stop a running server: sessions are ended, everything is on disk; False when it did not end."""
    argv: list[str | Path] = [binaries.program("pg_ctl"), "stop", "-m", "fast", "-w", "-t", "60", "-D", place.data_dir]
    return run_as(user, argv, timeout=90).returncode == 0


def end_leftovers(place: Place) -> None:
    """End what is left of a server whose postmaster died: processes that stand in its data folder.

    They notice the death by themselves unless they are deep in a query. Known
    by their working folder, never by a number from a file. Systems without
    /proc wait for them instead.
    """
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        for pid in processes_in(place.data_dir):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, sign)
        for _ in range(100):
            with held(place.cluster_lock, wait=False) as free:
                if free is not None:
                    return
            time.sleep(0.05)


def processes_in(folder: Path) -> list[int]:
    """Return the processes whose working folder is ``folder``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").samefile(folder):
                found.append(int(entry.name))
    return found


def postmaster_lives(place: Place) -> bool:
    """Say whether the process the pid file names stands in the data folder (it may be busy, starting or stopped)."""
    try:
        pid = int((place.data_dir / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cwd").samefile(place.data_dir)
    return False


def _keep(place: Place, user: OsUser | None, output: str) -> None:
    """Append a program's output to the log file."""
    private_folder(place.home / "log", user)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    with open(os.open(place.log_file, flags, 0o600), "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(output)
    if user is not None:
        os.chown(place.log_file, user.uid, user.gid, follow_symlinks=False)
