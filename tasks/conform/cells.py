"""From a delivered string to a typed value, or to the rule that it breaks.

Each parser sees every *distinct* string of a column once (columns repeat
themselves; a million rows hold some hundred dates), so plain Python is fast
enough here. A parser returns the value, or raises ``Broken`` with a rule id;
no message ever carries the string.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from schemas.countries import NATIONALITIES
from schemas.kinds import Column

Value = str | date | bool | int | float

EARLIEST_PLAUSIBLE: Final = date(1900, 1, 1)
LATEST_PLAUSIBLE: Final = date(2100, 12, 31)
TRUE_WORDS: Final = frozenset(("ja", "j", "yes", "y", "1", "x", "wahr", "true"))
FALSE_WORDS: Final = frozenset(("nein", "n", "no", "0", "falsch", "false"))
MARK_WORD: Final = "x"

_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?\Z")
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+)?\Z")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([.' \u00a0\u202f][0-9]{3})+(,[0-9]+)?\Z")
_GROUPED_EN = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\Z")
_ASCII_DATE = re.compile(r"[0-9A-Za-z .:/,+-]+\Z")
# 1 January 1900 is day 1, and Excel believes in 29 February 1900: from March 1900 on the count is one too high.
_EPOCHS: Final = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
_SERIAL_RANGE: Final = (20_000, 60_000)


class Broken(Exception):
    """A string that keeps none of its column's forms; ``rule`` says which rule it breaks."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True)
class Lists:
    """The code lists that columns point to: codes by vocabulary, and the county's communes."""

    codes: dict[str, frozenset[str]]
    communes: frozenset[str]
    county_prefix: str


@dataclass(frozen=True)
class Dialect:
    """How this supplier writes dates and numbers."""

    dates: tuple[str, ...]
    decimal: str
    is_workbook: bool
    date_system: str | None = None
    remarks: set[str] = field(default_factory=set, compare=False)


def parser_for(column: Column, dialect: Dialect, lists: Lists) -> Callable[[str], Value]:
    """Return the function that turns one string of ``column`` into its value."""
    if column.type == "date":
        return lambda text: parse_date(text, dialect)
    if column.type == "bool":
        return parse_bool
    if column.type in ("int", "number"):
        return lambda text: parse_number(text, column, dialect)
    if column.type == "code":
        return lambda text: parse_code(text, column, dialect, lists)
    return lambda text: text


def parse_date(text: str, dialect: Dialect) -> date:
    """Return the day that ``text`` names by one of the agreed formats, or as a workbook's own date.

    Strict: no day-month guessing, no trailing text; years outside 1900 to 2100
    are implausible (year 0202 parses in many libraries).
    """
    found = _workbook_date(text, dialect) if dialect.is_workbook else None
    if found is None and _ASCII_DATE.match(text):
        for form in dialect.dates:
            try:
                found = datetime.strptime(text, form).date()  # noqa: DTZ007, a calendar day has no zone
                break
            except ValueError:
                continue
    if found is None:
        raise Broken("bad_date")
    if not EARLIEST_PLAUSIBLE <= found <= LATEST_PLAUSIBLE:
        raise Broken("implausible_date")
    return found


def _workbook_date(text: str, dialect: Dialect) -> date | None:
    iso = _ISO.match(text)
    if iso:
        try:
            return date.fromisoformat(iso.group(1))
        except ValueError:
            raise Broken("bad_date") from None
    if _SERIAL.match(text) and _SERIAL_RANGE[0] <= float(text) <= _SERIAL_RANGE[1]:
        return _EPOCHS[dialect.date_system or "1900"] + timedelta(days=int(float(text)))
    return None


def parse_bool(text: str) -> bool:
    """Return ja/nein, yes/no, 1/0, wahr/falsch or a mark as a truth value."""
    word = text.casefold()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise Broken("bad_bool")


def parse_number(text: str, column: Column, dialect: Dialect) -> int | float:
    """Return the number; the supplier's decimal sign rules, thousands may be grouped."""
    plain = _plain_number(text, dialect)
    if not _PLAIN_NUMBER.match(plain):
        raise Broken("bad_number")
    number = float(plain)
    if column.type == "int" and not number.is_integer():
        raise Broken("bad_number")
    low = column.minimum if column.minimum is not None else float("-inf")
    high = column.maximum if column.maximum is not None else float("inf")
    if not low <= number <= high:
        raise Broken("out_of_range")
    return int(number) if column.type == "int" else number


def _plain_number(text: str, dialect: Dialect) -> str:
    if dialect.is_workbook and _PLAIN_NUMBER.match(text):
        return text
    if dialect.decimal == ",":
        ungrouped = re.sub(r"[.' \u00a0\u202f]", "", text) if _GROUPED.match(text) else text
        return text if "." in ungrouped else ungrouped.replace(",", ".")
    return text.replace(",", "") if _GROUPED_EN.match(text) else text


def parse_code(text: str, column: Column, dialect: Dialect, lists: Lists) -> str:
    """Return the code, upper or lower case as the list has it; AGS by the county's own rule."""
    if column.vocabulary == "ags":
        return parse_ags(text, dialect, lists)
    if column.vocabulary == "postcode":
        if not re.match(r"[0-9]{5}\Z", text):
            raise Broken("unmapped_value")
        return text
    allowed = _allowed(column, lists)
    for candidate in (text, text.upper(), text.lower()):
        if candidate in allowed:
            return candidate
    raise Broken("unmapped_value")


def _allowed(column: Column, lists: Lists) -> frozenset[str]:
    if column.vocabulary == "nationality":
        return NATIONALITIES
    return lists.codes[column.vocabulary] if column.vocabulary else frozenset(column.values)


def parse_ags(text: str, dialect: Dialect, lists: Lists) -> str:
    """Return the eight-digit key; one with the county's prefix must be a commune of the list.

    A workbook that keeps the key as a number has lost its leading zero: seven
    digits are completed there, with a remark.
    """
    if dialect.is_workbook and re.match(r"[0-9]{7}\Z", text):
        text = f"0{text}"
        dialect.remarks.add("seven_digit_ags")
    if not re.match(r"[0-9]{8}\Z", text):
        raise Broken("bad_ags")
    if text.startswith(lists.county_prefix) and text not in lists.communes:
        raise Broken("unknown_ags")
    return text
