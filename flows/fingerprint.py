"""One hash over everything that a night's figures depend on: files, configuration, code, schema, day."""

import functools
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from config.folders import SAME_NAMES
from flows.erasure_list import erasure_mark
from schemas.deliveries import Delivery
from tasks.run import Run

ROOT = Path(__file__).resolve().parents[1]
_CODE = ("flows", "tasks", "schemas", "config", "sql")


@functools.cache
def code_version() -> str:
    """Return a hash over the program's own files, so that changed code never counts as nothing new."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in _CODE for path in program_files(ROOT / folder)):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def program_files(folder: Path) -> Iterator[Path]:
    """Yield the program's own files; a county's state below them may hold thousands of archived ones."""
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name not in ("state", "__pycache__"):
                yield from program_files(Path(entry.path))
        elif entry.name.endswith((".py", ".sql")) or entry.name == SAME_NAMES.name:
            yield Path(entry.path)


def fingerprint_of(run: Run, deliveries: list[Delivery]) -> str:
    """Return the fingerprint of a run from what was pulled."""
    digest = hashlib.sha256()
    parts = [run.as_of.isoformat(), run.county.config_hash, code_version(), run.warehouse.version, ",".join(run.only)]
    parts.append(erasure_mark(run))
    for delivery in sorted(deliveries, key=lambda found: (found.source, found.delivery_id or 0)):
        if not delivery.recalled:
            parts += [delivery.source, *sorted(file.sha256 for file in delivery.files)]
    digest.update("\n".join(parts).encode())
    return digest.hexdigest()
