"""Closed vocabularies of the canonical columns (source: CONTRACT section 2)."""

from typing import Final

SEX: Final = ("f", "m", "d", "x")
CHANNELS: Final = ("visit", "office", "phone", "video", "message", "letter")
PURPOSES: Final = ("contact", "casework", "transfer", "statistics")
MODULES: Final = ("F1", "F2", "F3", "F4", "F5", "F6", "REGEL")
NEW_MODULES: Final = ("F1", "F2", "F3", "F4", "F5")
REGULAR_MODULE: Final = "REGEL"
MODES: Final = ("onsite", "online", "hybrid")
ENROLMENT_STATES: Final = ("proposed", "registered", "waiting", "started", "completed", "dropped", "cancelled")
STARTED_STATES: Final = ("started", "completed", "dropped")
STAFF_ROLES: Final = ("participation_manager", "coach")
PARTNER_KINDS: Final = ("commune", "provider", "volunteers")
NETWORK_FORMATS: Final = ("onsite", "video")
DECISIONS: Final = ("accept", "reject", "unclear")
UNKNOWN_STATUS: Final = "UNBEKANNT"
DIMENSIONS: Final = ("commune", "residence_group", "sex", "age_band", "module", "team")
AGE_BANDS: Final = ("18-20", "21-23", "24-27")
COUNTING_MODES: Final = ("cumulative", "period", "cohort")
