"""The facts that eligibility conditions may name, with their labels.

A condition can only speak about these; sex, nationality and name are not among
them. What is absent in the data is *unknown*, and the condition says what that
means (``run.max_age is unknown or …``). Sides: ``person`` and ``need`` facts
belong to a need, ``run`` facts to an offer's run, ``pair`` facts to both.
"""

from collections.abc import Mapping
from types import MappingProxyType

from config.rule_tree import FactName, Kind

_B, _N, _T, _D, _L = Kind.BOOL, Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.LEVEL

_FACTS = (
    FactName("as_of", _D, "Stichtag", "as-of day"),
    FactName("person.residence_status", _T, "Aufenthaltsstatus", "residence status", codes="residence_statuses"),
    FactName("person.residence_group", _T, "Statusgruppe", "residence group", codes="residence_groups"),
    FactName("person.entered", _B, "Eintritt ins Programm", "entry into the programme"),
    FactName("person.consent", _B, "Einwilligung zur Fallarbeit", "consent to case work"),
    FactName("need.priority", _N, "Dringlichkeit", "priority"),
    FactName("need.current_level", _L, "vorhandenes Sprachniveau", "present language level"),
    FactName("need.target_level", _L, "angestrebtes Sprachniveau", "wanted language level"),
    FactName("need.hours_max", _N, "höchstens mögliche Wochenstunden", "most hours a week"),
    FactName("need.childcare", _B, "Kinderbetreuung nötig", "childcare needed"),
    FactName("need.part_time", _B, "nur Teilzeit möglich", "part time only"),
    FactName("need.radius_km", _N, "erreichbarer Umkreis", "reachable radius"),
    FactName("run.kind", _T, "Angebotsart", "kind of offer", codes="offer_kinds"),
    FactName("run.family", _T, "Angebotsfamilie", "family of offers", codes="offer_families"),
    FactName("run.module", _T, "Förderbaustein", "funding module", codes="funding_modules"),
    FactName("run.mode", _T, "Durchführungsform", "mode", codes="modes"),
    FactName("run.starts_on", _D, "Beginn", "start"),
    FactName("run.ends_on", _D, "Ende", "end"),
    FactName("run.hours_week", _N, "Wochenstunden", "hours a week"),
    FactName("run.seats_free", _N, "freie Plätze", "free seats"),
    FactName("run.seats_as_of", _D, "Stand der Platzzahl", "day of the seat count"),
    FactName("run.entry_level", _L, "Eingangsniveau", "entry level"),
    FactName("run.target_level", _L, "Zielniveau", "target level"),
    FactName("run.min_age", _N, "Mindestalter", "minimum age"),
    FactName("run.max_age", _N, "Höchstalter", "maximum age"),
    FactName("run.part_time", _B, "Teilzeit", "part time"),
    FactName("run.childcare", _B, "Kinderbetreuung am Ort", "childcare on site"),
    FactName("run.verified_on", _D, "zuletzt bestätigt", "last verified"),
    FactName("pair.kind_wanted", _B, "gesuchte Angebotsart", "wanted kind of offer"),
    FactName("person.age", _N, "Alter bei Beginn", "age at the start"),
    FactName("pair.distance_km", _N, "Entfernung", "distance"),
    FactName("pair.declined", _B, "unverändert abgelehnt", "declined and unchanged"),
    FactName("pair.enrolled", _B, "bereits angemeldet", "already enrolled"),
    FactName("pair.completed", _B, "bereits abgeschlossen", "already completed"),
    FactName("pair.clashes", _B, "Terminüberschneidung", "clash of dates"),
)

FACTS: Mapping[str, FactName] = MappingProxyType({fact.name: fact for fact in _FACTS})
MODES = frozenset({"onsite", "online", "hybrid"})
