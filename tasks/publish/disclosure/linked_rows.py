"""What binds the linked counts of one dimension, as rows over the columns of :mod:`linked`."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tasks.publish.disclosure.quantities import CHAINED, IDENTITY, NESTED, NOT_ADDITIVE, TOTAL
from tasks.publish.disclosure.stages import Slot, Stage, total_of

Row = dict[int, float]


def chained_rows(
    stages: Sequence[Stage], slots: Mapping[Slot, Mapping[str, int]], place: Mapping[tuple[Slot, str], int]
) -> Iterator[tuple[Row, int | None]]:
    """Yield, by member, contacted up to the year before + in the year - up to the year's end, never below 0.

    Comes with what the totals say of it: 0 means that it is 0 for each member; None: a total is hidden.
    """
    for upto in slots:
        period, mode = upto.key
        years = sorted(key[0] for key in stages[upto.release].tables if key[1] == mode and key[0] < period)
        if upto.quantity != CHAINED or mode != "cumulative" or not years:
            continue
        before = Slot(upto.release, (years[-1], mode), CHAINED)
        for during in (Slot(upto.release, (period, name), CHAINED) for name in ("period", "cohort")):
            if not slots[upto].keys() == slots.get(before, {}).keys() == slots.get(during, {}).keys():
                continue
            left_over = None if TOTAL in slots[upto] else _left_over(stages, before, during, upto)
            for member in slots[upto]:
                row: Row = {}
                for slot, sign in ((before, 1.0), (during, 1.0), (upto, -1.0)):
                    row[place[slot, member]] = row.get(place[slot, member], 0.0) + sign
                yield row, left_over


def _left_over(stages: Sequence[Stage], before: Slot, during: Slot, upto: Slot) -> int | None:
    first, second, both = (_shown_total(stages, slot) for slot in (before, during, upto))
    return None if first is None or second is None or both is None else first + second - both


def _shown_total(stages: Sequence[Stage], slot: Slot) -> int | None:
    is_hidden = (slot.key, slot.quantity) in stages[slot.release].hidden_totals
    return None if is_hidden else total_of(stages, slot)


def equal_rows(
    stages: Sequence[Stage],
    slots: Mapping[Slot, Mapping[str, int]],
    place: Mapping[tuple[Slot, str], int],
    dimension: str,
) -> tuple[list[list[int]], list[Row]]:
    """Return the newest release's lines (members of a shown total) and all rows that are 0: lines and bridges."""
    lines, rows = [], []
    additive = dimension not in NOT_ADDITIVE and dimension != TOTAL
    for slot, counts in slots.items():
        if additive and (slot.key, slot.quantity) not in stages[slot.release].hidden_totals:
            line = [place[slot, member] for member in counts]
            rows.append(dict.fromkeys(line, 1.0))
            if slot.release == 0:
                lines.append(line)
    for slot, counts in slots.items():
        if slot.quantity != "placed":
            continue
        parts = {quantity: slot._replace(quantity=quantity) for quantity in IDENTITY}
        for member in counts:
            if not all(member in slots.get(part, {}) for part in parts.values()):
                continue
            if sum(sign * slots[parts[quantity]][member] for quantity, sign in IDENTITY.items()):
                continue
            row: Row = {}
            for quantity, sign in IDENTITY.items():
                number = place[parts[quantity], member]
                row[number] = row.get(number, 0.0) + sign
            rows.append(row)
    return lines, rows


def ordered_rows(
    slots: Mapping[Slot, Mapping[str, int]],
    links: Sequence[tuple[Slot, Slot]],
    place: Mapping[tuple[Slot, str], int],
    truth: NDArray[np.float64],
) -> tuple[list[Row], list[float]]:
    """Return larger - smaller for every pair an outsider compares, and how large it truly is."""
    pairs: list[tuple[int, int]] = []
    for slot, counts in slots.items():
        for inner, outer in NESTED:
            other = slot._replace(quantity=outer)
            if slot.quantity == inner and other in slots:
                pairs += [(place[slot, m], place[other, m]) for m in counts if m in slots[other]]
    for small, large in links:
        grows = sum(slots[small].values()) <= sum(slots[large].values())
        first, second = (small, large) if grows else (large, small)
        pairs += [(place[first, m], place[second, m]) for m in slots[first] if m in slots[second]]
    # Where the truth breaks the rule an outsider who believes it is misled, not helped.
    kept = [(one, two) for one, two in dict.fromkeys(pairs) if one != two and truth[one] <= truth[two]]
    return [{two: 1.0, one: -1.0} for one, two in kept], [float(truth[two] - truth[one]) for one, two in kept]


def matrix_of(rows: Sequence[Row], width: int) -> csr_array:
    """Return the rows as a sparse matrix of ``width`` columns."""
    entries = [(line, column, factor) for line, row in enumerate(rows) for column, factor in row.items() if factor]
    if not entries:
        return csr_array((0, width))
    line, column, factor = (np.array(part) for part in zip(*entries, strict=True))
    return csr_array((factor, (line, column)), shape=(len(rows), width))
