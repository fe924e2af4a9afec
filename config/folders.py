"""Where a county's files are: its own folder first, then its programme pack.

A file in the county's folder replaces the pack's file of the same name; what the
county does not bring comes from the pack.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROGRAMMES = Path(__file__).parent / "programmes"
SHIPPED_COUNTY = Path(__file__).parent / "paderborn"
SHIPPED_WEIGHTS = Path(__file__).parent / "identity" / "weights-3.yaml"
SAME_NAMES = Path(__file__).parent / "identity" / "same-names.yaml"


@dataclass(frozen=True)
class Folders:
    """A county's folder and the programme pack behind it."""

    county: Path
    pack: Path

    def effective(self, room: str, pattern: str) -> dict[str, Path]:
        """Return the files of ``room`` (codelists, rules, kpis) in use, by file name, sorted."""
        files: dict[str, Path] = {}
        for folder in (self.pack, self.county):
            files.update({path.name: path for path in sorted((folder / room).glob(pattern)) if path.is_file()})
        return dict(sorted(files.items()))


def find_weights(county: Path) -> Path:
    """Return the weights of identity in use: the county's ``identity/weights.yaml``, else the shipped ones."""
    own = county / "identity" / "weights.yaml"
    return own.resolve() if own.is_file() else SHIPPED_WEIGHTS


def find_pack(name: str, county: Path) -> Path | None:
    """Return the programme pack: a folder beside the county's files, else a shipped one; None when unknown."""
    for candidate in (county / name, PROGRAMMES / name):
        if candidate.is_dir():
            return candidate.resolve()
    return None


def shipped_packs() -> tuple[str, ...]:
    """Return the names of the programme packs that the project ships."""
    return tuple(sorted(path.name for path in PROGRAMMES.iterdir() if path.is_dir() and path.name[0].isalpha()))


def hash_files(files: Mapping[str, Path]) -> str:
    """Return one sha256 over names and contents; the place of the folder on disk does not matter."""
    total = hashlib.sha256()
    for name, path in sorted(files.items()):
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"
        total.update(f"{name}\0{content}\n".encode())
    return total.hexdigest()


def locate(place: str, folder: Path) -> str:
    """Return an fsspec URL as written, a path as an absolute one; relative paths begin at ``folder``."""
    if "://" in place:
        return place
    return os.path.normpath(folder.resolve() / Path(place).expanduser())
