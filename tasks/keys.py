"""Keys that live outside the database: made at the first run, mode 0600 under ``state/keys``.

A pseudonym is a keyed HMAC of the person's random uid and the recipient: two
recipients cannot join their lists, and nobody without the key can go back. Its
first characters name the key, so that a rotation shows. Older keys stay beside
the new one (``pseudonym-1f0a93c2.key``): old lists can still be asked about.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

KEY_BYTES = 32
PSEUDONYM_LENGTH = 10
PSEUDONYM: Final = "pseudonym"
SUPPRESSION: Final = "suppression"
NAMES: Final = (PSEUDONYM, SUPPRESSION)
"""Keys that the product makes itself; the archive's key is the operator's (TEILHABE_ARCHIVE_KEY)."""
RECIPIENTS: Final = ("casework", "subject", "transfer")
"""Who is given pseudonyms; a person has another one for each."""


def load_key(state: Path, name: str) -> bytes:
    """Return the key ``name``, made on first use; two processes at once end with the same key."""
    path = _folder(state) / f"{name}.key"
    if not path.exists():
        fresh = _fresh_key(path)
        # A link fails where another process was first; its key stands then.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_bytes()


def make_keys(state: Path) -> None:
    """Make every key that is not there yet, so that the first backup already holds them all."""
    for name in NAMES:
        load_key(state, name)


def all_keys(state: Path, name: str) -> tuple[bytes, ...]:
    """Return the key in use and the older ones behind it."""
    older = sorted((state / "keys").glob(f"{name}-*.key"))
    return (load_key(state, name), *(path.read_bytes() for path in older))


def rotate_key(state: Path, name: str) -> tuple[str, str]:
    """Put a new key in the place of ``name`` and keep the old one beside it; return both ids (old, new).

    A process killed in between leaves the old key in use: the copy comes first,
    the exchange is one rename.
    """
    path = _folder(state) / f"{name}.key"
    old = load_key(state, name)
    kept = path.with_name(f"{name}-{key_id(old, 8)}.key")
    if not kept.exists():
        kept.hardlink_to(path)
    _fresh_key(path).replace(path)
    return key_id(old, 8), key_id(path.read_bytes(), 8)


def keep_beside(state: Path, name: str, key: bytes) -> None:
    """Keep a key that came back with a backup: in use where there is none, else beside the one in use."""
    path = _folder(state) / f"{name}.key"
    if path.exists() and path.read_bytes() != key:
        path = path.with_name(f"{name}-{key_id(key, 8)}.key")
    if not path.exists():
        fresh = _fresh_key(path, key)
        fresh.replace(path)


def key_id(key: bytes, length: int = 2) -> str:
    """Return characters that name a key without telling it: two in a pseudonym, eight in a list of keys."""
    return hashlib.sha256(b"teilhabe key id" + key).hexdigest()[:length]


def pseudonym(key: bytes, recipient: str, person_uid: str) -> str:
    """Return the name under which ``recipient`` sees a person, such as ``a7-3f9c01b2d4``."""
    digest = hmac.new(key, f"{recipient}|{person_uid}".encode(), hashlib.sha256).hexdigest()
    return f"{key_id(key)}-{digest[:PSEUDONYM_LENGTH]}"


def _folder(state: Path) -> Path:
    folder = state / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _fresh_key(path: Path, key: bytes | None = None) -> Path:
    fresh = path.with_name(f".{path.stem}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key or secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return fresh
