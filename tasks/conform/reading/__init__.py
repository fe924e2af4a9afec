"""Turn one delivered file into tables of strings, in a child process with limits.

``read_delivery`` is the only door. What comes out is text: trimmed, NFC, an empty
cell is null; nothing is typed, nothing is judged except what cannot be read.
"""

from tasks.conform.reading.delivery import REJECTING_RULES, Finding, Peek, RawSheet, ReadLimits, ReadRequest
from tasks.conform.reading.headings import fold_header
from tasks.conform.reading.reader import shared_reader
from tasks.conform.reading.sandbox import peek_delivery, read_delivery

__all__ = [
    "REJECTING_RULES",
    "Finding",
    "Peek",
    "RawSheet",
    "ReadLimits",
    "ReadRequest",
    "fold_header",
    "peek_delivery",
    "read_delivery",
    "shared_reader",
]
