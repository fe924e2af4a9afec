"""Trim and normalise a column of strings, as ``clean_text`` does with one cell.

A glance at the bytes tells whether there is anything to do, since mostly there is not:
text below U+0300 is NFC, and a blank at either end shows in the first or last byte.
"""

from typing import Any

import numpy as np
import pyarrow.compute as pc

FIRST_COMBINING_LEAD = 0xCC
"""Lead byte of U+0300; everything below is NFC as it stands."""
FIRST_WIDE_BLANK_LEAD = 0xE1
"""Lead byte of the blanks beyond Latin-1 (U+1680, U+2000 and on)."""
LATIN_BLANK_LEAD = 0xC2
"""Lead byte of the next line and the no-break space, which end in 0x85 and 0xA0."""


def clean_column(array: Any) -> Any:
    """Return the array of strings trimmed and in NFC, with null for what is empty."""
    if array.null_count == len(array):
        return array
    _, offset_buffer, data_buffer = array.buffers()
    offsets = np.frombuffer(offset_buffer, np.int32)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(data_buffer, np.uint8)
    highest = int(data[offsets[0] : offsets[-1]].max(initial=0))
    if highest >= FIRST_COMBINING_LEAD:
        array = pc.utf8_normalize(array, form="NFC")
    if highest < FIRST_WIDE_BLANK_LEAD and not _has_blank_ends(data, offsets, highest):
        return array
    trimmed = pc.utf8_trim_whitespace(array)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def _has_blank_ends(data: Any, offsets: Any, highest: int) -> bool:
    filled = offsets[1:] > offsets[:-1]
    first, last = data[offsets[:-1][filled]], data[offsets[1:][filled] - 1]
    if bool((first <= 0x20).any()) or bool((last <= 0x20).any()):
        return True
    if highest < 0x80:
        return False
    return bool((first == LATIN_BLANK_LEAD).any()) or bool(((last == 0x85) | (last == 0xA0)).any())
