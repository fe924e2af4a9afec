"""What the cells of a delivered column look like: dates, numbers, codes; and which notation they keep."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

DATE_FORMS = (
    "%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m/%d", "%d. %m. %Y",
    "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip
"""Tried in this order; the first that reads all cells is proposed."""
TIMED = "T"
SAMPLE = 400
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+)?\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,3}([.' ]?\d{3})*(,\d+)?\Z|[+-]?\d+([.,]\d+)?\Z", re.ASCII)
_DECIMAL = re.compile(r"\d([.,])\d{1,2}\Z", re.ASCII)


@dataclass(frozen=True)
class DeliveredColumn:
    """One column as delivered: its place, its heading, its distinct texts with how often each stands."""

    position: int
    header: str
    texts: Counter[str]
    is_workbook: bool

    @property
    def filled(self) -> int:
        """Number of cells that hold something."""
        return self.texts.total()

    def sample(self) -> list[str]:
        """The most frequent texts."""
        return [text for text, _ in self.texts.most_common(SAMPLE)]

    def share(self, texts: Iterable[str]) -> float:
        """Share of the sampled texts that stand in ``texts``; 1 for an empty column, which speaks against nothing."""
        sample = self.sample()
        return len(set(sample) & set(texts)) / len(sample) if sample else 1.0


def date_forms(column: DeliveredColumn) -> tuple[str, ...]:
    """Return the fewest formats that read most of the column's texts; () when it holds no dates to speak of."""
    open_texts = [text for text in column.sample() if not _is_own_date(text, column.is_workbook)]
    chosen: list[str] = []
    while open_texts and len(chosen) < 3:
        counts = [(sum(_reads(text, form) for text in open_texts), -i) for i, form in enumerate(DATE_FORMS)]
        count, place = max(counts)
        if count == 0:
            break
        chosen.append(DATE_FORMS[-place])
        open_texts = [text for text in open_texts if not _reads(text, DATE_FORMS[-place])]
    return tuple(chosen)


def date_share(column: DeliveredColumn) -> float:
    """Share of the texts that read as a date; an empty column counts as 1."""
    sample = column.sample()
    if not sample:
        return 1.0
    forms = DATE_FORMS
    own = sum(_is_own_date(text, column.is_workbook) or any(_reads(text, form) for form in forms) for text in sample)
    return own / len(sample)


def _is_own_date(text: str, is_workbook: bool) -> bool:
    if not is_workbook:
        return False
    return bool(_ISO.match(text)) or (text.isdecimal() and text.isascii() and 20_000 <= int(text) <= 60_000)


def _reads(text: str, form: str) -> bool:
    try:
        day = datetime.strptime(text, form)  # noqa: DTZ007, a calendar day has no zone
    except ValueError:
        return False
    return 1900 <= day.year <= 2100


def number_share(column: DeliveredColumn) -> float:
    """Share of the texts that read as a number; an empty column counts as 1."""
    sample = column.sample()
    return sum(bool(_NUMBER.match(text)) for text in sample) / len(sample) if sample else 1.0


def decimal_sign(columns: Sequence[DeliveredColumn]) -> str:
    """Return the decimal sign that the number columns use; a comma where nothing speaks for a point."""
    signs: Counter[str] = Counter()
    for column in columns:
        signs.update(found.group(1) for text in column.sample() if (found := _DECIMAL.search(text)))
    return "." if signs["."] > signs[","] else ","
