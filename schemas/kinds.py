"""The record kinds: one dictionary of columns that everything else reads.

Mapping, parsing, pandera schemas, tables and docs are made from ``KINDS`` (source: CONTRACT section 2).
"""

from dataclasses import dataclass
from typing import Final, Literal

from schemas import terms

ColumnType = Literal["text", "date", "bool", "int", "number", "code", "id"]
Vocabulary = Literal[
    "residence_status", "offer_kind", "offer_kind_or_family", "module", "cefr", "ags", "nationality", "postcode"
]


@dataclass(frozen=True)
class Column:
    """One canonical column.

    ``code`` columns hold a member of ``values`` or of the code list that
    ``vocabulary`` names; ``id`` columns are a supplier's own identifiers.
    ``minimum``/``maximum`` bound numbers (units in ``unit``).
    """

    name: str
    type: ColumnType
    required: bool = False
    values: tuple[str, ...] = ()
    vocabulary: Vocabulary | None = None
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    personal: bool = False


@dataclass(frozen=True)
class Kind:
    """One record kind: its key, its columns, and how it ends.

    ``lasting`` kinds have a duration: a record that a full delivery no longer holds ends on the as-of day; events
    are retracted (CONTRACT section 5, Time). Without its ``key_date`` a wide row gives no record of this kind; a
    row of a form with none of its ``answers`` filled is a question nobody answered yet: no record, no fault.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    lasting: bool
    key_date: str | None = None
    answers: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError when there is none."""
        return self.by_name[name]

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by name, in order."""
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that a record cannot do without."""
        return tuple(column.name for column in self.columns if column.required)


def _id(name: str, *, required: bool = False) -> Column:
    return Column(name, "id", required)


def _text(name: str, *, required: bool = False, personal: bool = False) -> Column:
    return Column(name, "text", required, personal=personal)


def _date(name: str, *, required: bool = False, personal: bool = False) -> Column:
    return Column(name, "date", required, personal=personal)


def _code(name: str, values: tuple[str, ...], *, required: bool = False) -> Column:
    return Column(name, "code", required, values)


def _listed(name: str, vocabulary: Vocabulary, *, required: bool = False) -> Column:
    return Column(name, "code", required, vocabulary=vocabulary)


def _bool(name: str, *, required: bool = False) -> Column:
    return Column(name, "bool", required)


def _int(name: str, minimum: int = 0, maximum: int = 100_000, unit: str = "") -> Column:
    return Column(name, "int", minimum=minimum, maximum=maximum, unit=unit)


def _number(name: str, *, required: bool = False, maximum: float = 1_000_000, unit: str = "") -> Column:
    return Column(name, "number", required, minimum=0, maximum=maximum, unit=unit)


PARTICIPANTS = Kind(
    "participants",
    key=("person_id",),
    lasting=True,
    columns=(
        _id("person_id", required=True),
        _text("last_name", required=True, personal=True),
        _text("first_name", required=True, personal=True),
        _date("birth_date", required=True, personal=True),
        _code("sex", terms.SEX),
        _listed("nationality", "nationality"),
        _listed("residence_status", "residence_status", required=True),
        _date("status_from"),
        _date("status_until"),
        _listed("ags", "ags", required=True),
        _date("ags_from"),
        _listed("postcode", "postcode"),
        _text("caseworker"),
        _text("email", personal=True),
        _text("phone", personal=True),
        _text("exception_reason"),
        _text("exception_approved_by"),
        _date("exception_from"),
    ),
)
CONTACTS = Kind(
    "contacts",
    key=("person_id", "contact_on", "channel", "caseworker"),
    lasting=False,
    key_date="contact_on",
    columns=(
        _id("person_id", required=True),
        _date("contact_on", required=True),
        _code("channel", terms.CHANNELS, required=True),
        _bool("two_way", required=True),
        _text("caseworker"),
        _text("outcome"),
    ),
)
EPISODES = Kind(
    "episodes",
    key=("person_id", "entered_on"),
    lasting=True,
    key_date="entered_on",
    columns=(
        _id("person_id", required=True),
        _date("entered_on", required=True),
        _date("left_on"),
        _text("exit_reason"),
        _date("consent_on"),
    ),
)
CONSENTS = Kind(
    "consents",
    key=("person_id", "purpose", "given_on"),
    lasting=True,
    key_date="given_on",
    columns=(
        _id("person_id", required=True),
        _code("purpose", terms.PURPOSES, required=True),
        _date("given_on", required=True),
        _date("withdrawn_on"),
        _date("expires_on"),
    ),
)
NEEDS = Kind(
    "needs",
    key=("need_id",),
    lasting=True,
    columns=(
        _id("need_id", required=True),
        _id("person_id", required=True),
        _listed("category", "offer_kind_or_family", required=True),
        _listed("target_level", "cefr"),
        _listed("current_level", "cefr"),
        _int("priority", 1, 3),
        _number("hours_max", maximum=168, unit="hours a week"),
        _bool("childcare"),
        _bool("part_time"),
        _number("radius_km", maximum=1_000, unit="km"),
        _date("recorded_on", required=True),
        _date("closed_on"),
        _text("closing_reason"),
    ),
)
OFFERS = Kind(
    "offers",
    key=("offer_id", "run_id"),
    lasting=True,
    columns=(
        _id("offer_id", required=True),
        _id("run_id"),
        _text("provider", required=True),
        _text("title", required=True),
        _listed("kind", "offer_kind", required=True),
        _listed("module", "module", required=True),
        _listed("ags", "ags"),
        _code("mode", terms.MODES),
        _date("starts_on"),
        _date("ends_on"),
        _text("weekdays"),
        _text("from_time"),
        _text("to_time"),
        _number("hours_week", maximum=168, unit="hours a week"),
        _int("seats_max"),
        _int("seats_min"),
        _int("seats_free"),
        _date("seats_as_of"),
        _listed("entry_level", "cefr"),
        _listed("target_level", "cefr"),
        _int("min_age", 0, 120, "years"),
        _int("max_age", 0, 120, "years"),
        _bool("part_time"),
        _bool("childcare"),
        _number("cost_eur", unit="euro"),
        _date("module_from"),
        _text("need_cluster"),
        _date("verified_on"),
    ),
)
ENROLMENTS = Kind(
    "enrolments",
    key=("enrolment_id",),
    lasting=True,
    columns=(
        _id("enrolment_id", required=True),
        _id("offer_id", required=True),
        _id("run_id"),
        _id("person_id"),
        _text("last_name", personal=True),
        _text("first_name", personal=True),
        _date("birth_date", personal=True),
        _listed("ags", "ags"),
        _code("state", terms.ENROLMENT_STATES, required=True),
        _date("starts_on"),
        _date("ends_on"),
        _text("reason"),
    ),
)
STAFF = Kind(
    "staff",
    key=("staff_id", "role", "valid_from"),
    lasting=True,
    key_date="valid_from",
    columns=(
        _id("staff_id", required=True),
        _code("role", terms.STAFF_ROLES, required=True),
        _number("fte", required=True, maximum=2, unit="full-time posts"),
        _text("name"),
        _text("team"),
        _date("valid_from", required=True),
        _date("valid_until"),
    ),
)
NETWORK_CONTACTS = Kind(
    "network_contacts",
    key=("contact_id",),
    lasting=False,
    columns=(
        _id("contact_id", required=True),
        _date("contact_on", required=True),
        _code("partner_kind", terms.PARTNER_KINDS),
        _listed("ags", "ags"),
        _text("partner"),
        _code("format", terms.NETWORK_FORMATS),
    ),
)
MEETINGS = Kind(
    "meetings",
    key=("meeting_id",),
    lasting=False,
    columns=(
        _id("meeting_id", required=True),
        _text("body", required=True),
        _date("held_on", required=True),
        _text("format"),
        _text("decisions"),
    ),
)
DECISIONS = Kind(
    "decisions",
    key=("proposal_id",),
    lasting=False,
    answers=("decision", "reason", "decided_on"),
    columns=(
        _id("proposal_id", required=True),
        _code("decision", terms.DECISIONS, required=True),
        _text("reason"),
        _text("decided_by", required=True),
        _date("decided_on", required=True),
    ),
)

# Load order: what others refer to comes first.
_ORDERED: Final = (PARTICIPANTS, CONTACTS, EPISODES, CONSENTS, NEEDS, OFFERS, ENROLMENTS, STAFF)
KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in (*_ORDERED, NETWORK_CONTACTS, MEETINGS, DECISIONS)}
