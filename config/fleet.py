"""The counties of one folder: each subfolder with a ``county.yaml`` is one."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import yaml


class CountyFolder(NamedTuple):
    """One county of a fleet: the name of its folder, where it lies, and its key as written (None: unreadable)."""

    name: str
    path: Path
    key: str | None


def county_folders(root: Path) -> list[CountyFolder]:
    """Return the counties below ``root`` in order of their folders' names; nothing is checked yet."""
    return [CountyFolder(file.parent.name, file.parent, _key(file)) for file in sorted(root.glob("*/county.yaml"))]


def shared_keys(folders: list[CountyFolder]) -> set[str]:
    """Return the keys that stand in more than one folder: their rows would mix, so none of them may run."""
    return {key for key, count in Counter(folder.key for folder in folders).items() if key is not None and count > 1}


def _key(file: Path) -> str | None:
    try:
        key = yaml.safe_load(file.read_text("utf-8"))["county"]["key"]
    except (OSError, ValueError, TypeError, LookupError, yaml.YAMLError):
        return None
    return str(key).strip()
