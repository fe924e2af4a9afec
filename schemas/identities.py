"""What the identify stage hands to the load stage: who each new id of a delivery stands for.

One Arrow file a delivery (``identities.arrow``): person_id (the supplier's, or
``~`` and a digest for somebody named by name), person_uid, link_state (single,
linked, review), rule, is_participant, candidates (JSON list of at most three:
person_uid, score, evidence by field level; never a value).
"""

from typing import Final

FILE: Final = "identities.arrow"
COLUMNS: Final = ("person_id", "person_uid", "link_state", "rule", "is_participant", "candidates")
MENTION_PREFIX: Final = "~"
"""Starts the person_id of somebody whom a supplier names by name and birth date instead of an id."""
