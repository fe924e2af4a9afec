"""Open a password-protected workbook in memory; nothing decrypted is ever written to disk."""

from io import BytesIO
from typing import IO

from tasks.conform.reading.refusal import Refused

EXCELS_OWN = "VelvetSweatshop"
"""What Excel itself tries first: a workbook whose structure alone is protected opens with it."""


def decrypt(source: IO[bytes], password: str | None) -> BytesIO:
    """Return the plain workbook; refused when the password is missing or wrong."""
    import msoffcrypto

    plain = BytesIO()
    source.seek(0)
    try:
        office = msoffcrypto.OfficeFile(source)
        office.load_key(password=EXCELS_OWN if password is None else password)
        office.decrypt(plain)
    except MemoryError:
        raise
    except Exception:
        raise Refused("E306") from None
    plain.seek(0)
    return plain
