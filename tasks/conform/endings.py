"""Rows of an update catalogue (openQ-cat) that say an offer or a run has ended: no records, and no errors."""

import pyarrow as pa
import pyarrow.compute as pc

from schemas.deliveries import Ending
from tasks.conform.reading import RawSheet

DELETED = "delete"


def split_endings(sheet: RawSheet, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Ending]]:
    """Return the rows that are records, and what the others end; only openQ-cat knows such rows."""
    if sheet.format != "openqcat":
        return batch, []
    mode, offer, run = (batch.column(sheet.header.index(name) + 1) for name in ("openqcat.mode", "offer_id", "run_id"))
    is_ending = pc.equal(pc.utf8_lower(mode), DELETED).fill_null(pa.scalar(value=False))
    ended = [
        Ending(offer[i].as_py(), run[i].as_py()) for i in pc.indices_nonzero(is_ending).to_pylist() if offer[i].is_valid
    ]
    return batch.filter(pc.invert(is_ending)), ended
