"""The operating-system account that owns the embedded server.

PostgreSQL refuses to run as root. When we are root, its programs run as an
account that exists already (``postgres``, else ``nobody``); an ordinary user
runs them as themselves. Whether that account can reach a folder is asked by
trying, never by reading mode bits, and no parent folder is ever widened.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import WarehouseUnreachable

CANDIDATES = ("postgres", "nobody")
# Nothing of the caller's environment steers the server: no PG*, no LD_*.
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class OsUser:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


def server_user(data_dir: Path | None = None) -> OsUser | None:
    """Return the account to drop to, None when we are an ordinary user already.

    A cluster that exists (``data_dir``) keeps the account that owns it.
    """
    if os.geteuid() != 0:
        return None
    if data_dir is not None and data_dir.exists():
        owner = data_dir.stat()
        return OsUser(_name_of(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return OsUser(name, entry.pw_uid, entry.pw_gid)
    raise WarehouseUnreachable("E504", why="getpwnam")


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def run_as(
    user: OsUser | None,
    argv: Sequence[str | Path],
    *,
    cwd: Path = Path("/"),
    pass_fds: Sequence[int] = (),
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run a program as ``user`` (None: as ourselves) in a clean environment; output is kept, never printed.

    Errors: E504 when the system does not let us change to the account.
    """
    drop = {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": [user.gid]}
    try:
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            cwd=cwd,
            env=CLEAN_ENVIRONMENT,
            umask=0o077,
            pass_fds=tuple(pass_fds),
            timeout=timeout,
            **drop,
        )
    except subprocess.TimeoutExpired:
        raise WarehouseUnreachable("E501", step=f"{Path(argv[0]).name}, {timeout:.0f} s", log="–") from None
    except PermissionError as exc:
        if user is not None and exc.filename is None:
            raise WarehouseUnreachable("E504", why=exc.strerror) from None
        raise


def can_run(user: OsUser | None, program: Path) -> bool:
    """Say whether ``user`` reaches ``program`` and it starts (libraries found)."""
    try:
        return run_as(user, [program, "--version"], timeout=30).returncode == 0
    except OSError:
        return False


def can_write(user: OsUser | None, folder: Path) -> bool:
    """Say whether ``user`` reaches ``folder`` and may write there."""
    return run_as(user, ["/bin/sh", "-c", 'test -x "$1" && test -w "$1"', "sh", folder], timeout=30).returncode == 0


def private_folder(folder: Path, user: OsUser | None) -> Path:
    """Make ``folder`` with mode 0700 for ``user``; its parent exists already."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid, follow_symlinks=False)
    return folder
