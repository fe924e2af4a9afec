"""Clean one cell: text first, the same for every format."""

import datetime as dt
import math
import unicodedata

_SHOWN_ERRORS = """
#N/A #NV #REF! #BEZUG! #DIV/0! #VALUE! #WERT! #NAME? #NUM! #ZAHL! #NULL! #SPILL! #ÜBERLAUF! #CALC! #GETTING_DATA
"""
ERROR_CELLS = frozenset(_SHOWN_ERRORS.split())
"""What English and German spreadsheets show instead of a value."""


UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Zero-width, direction and byte-order marks: nobody sees them around a code, a date or an id; texts keep theirs."""
SURE_DIGITS = 1e15
"""From here on a spreadsheet has rounded a number: it keeps fifteen digits."""


def clean_text(text: str) -> str | None:
    """Return the text without blanks around it, in NFC; None for an empty cell.

    Blanks are all that ``str.strip`` knows, so the no-break space too. "NA" stays: it is Namibia.
    """
    stripped = text.strip()
    if not stripped:
        return None
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def show_value(value: object) -> str | None:
    """Return a workbook cell as text.

    Dates are ISO (with ``T`` and the time if it is not midnight), times ``HH:MM[:SS]``, durations hours and
    minutes as shown, whole numbers without ``.0``, others in their shortest form with a point, booleans true/false.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < SURE_DIGITS else _number(float(value))
    if isinstance(value, float):
        return _number(value)
    return _moment(value)


def _number(value: float) -> str | None:
    if not math.isfinite(value):
        return None
    if abs(value) >= SURE_DIGITS:
        return f"{value:.14E}"  # as the spreadsheet shows it: further digits would be made up
    return str(int(value)) if value.is_integer() else repr(value)


def _moment(value: object) -> str | None:
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        text = f"{minutes // 60}:{minutes % 60:02d}"
        return f"{text}:{seconds:02d}" if seconds else text
    return None


def column_letter(index: int) -> str:
    """Return A for 0, Z for 25, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
