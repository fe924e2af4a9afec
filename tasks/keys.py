"""Keys that live outside the database: made at the first run, mode 0600 under ``state/keys``.

A pseudonym is a keyed HMAC of the person's random uid and the recipient: two
recipients cannot join their lists, and nobody without the key can go back. Its
first characters name the key, so that a rotation shows.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

KEY_BYTES = 32
PSEUDONYM_LENGTH = 10


def load_key(state: Path, name: str) -> bytes:
    """Return the key ``name``, made on first use; two processes at once end with the same key."""
    folder = state / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.key"
    if not path.exists():
        fresh = folder / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link fails where another process was first; its key stands then.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_bytes()


def key_id(key: bytes) -> str:
    """Return two characters that name a key without telling it."""
    return hashlib.sha256(b"teilhabe key id" + key).hexdigest()[:2]


def pseudonym(key: bytes, recipient: str, person_uid: str) -> str:
    """Return the name under which ``recipient`` sees a person, such as ``a7-3f9c01b2d4``."""
    digest = hmac.new(key, f"{recipient}|{person_uid}".encode(), hashlib.sha256).hexdigest()
    return f"{key_id(key)}-{digest[:PSEUDONYM_LENGTH]}"
