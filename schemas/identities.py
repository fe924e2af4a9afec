"""What the identify stage hands to the load stage: who each id of a delivery stands for.

One Arrow file a delivery (``identities.arrow``): person_id (the supplier's, or
``~`` and a digest for somebody named by name), person_uid, link_state (single,
linked, review), rule, is_participant, candidates (JSON list of at most three:
person_uid, score, evidence by field level; never a value). It holds new ids, and known
participants whose name or birth date changed.

One file a run (``revisited.arrow``): ref_id of a known mention, person_uid, link_state, rule,
candidates, where what changed elsewhere changes who it is.
"""

import re
from typing import Final

FILE: Final = "identities.arrow"
NAMED: Final = ("last_name", "first_name", "birth_date", "ags")
COLUMNS: Final = ("person_id", "person_uid", "link_state", "rule", "is_participant", "candidates")
REVISITED_FILE: Final = "revisited.arrow"
REVISITED_COLUMNS: Final = ("ref_id", "person_uid", "link_state", "rule", "candidates")
MENTION_PREFIX: Final = "~"
"""Starts the person_id of somebody whom a supplier names by name and birth date instead of an id."""
MENTION_SHAPE: Final = "^~([0-9a-f]{32}$|⟦)"
"""What such an id looks like, plain or sealed, in Python, Arrow and SQL; a supplier's id may begin with the sign."""


def is_mention(person_id: str) -> bool:
    """Tell whether an id is that of somebody named by name."""
    return re.match(MENTION_SHAPE, person_id) is not None


def mention_condition(column: str) -> str:
    """Return the SQL condition that a column holds such an id; the first half spares the pattern almost everywhere."""
    return f"({column} LIKE '{MENTION_PREFIX}%' AND {column} ~ '{MENTION_SHAPE}')"
