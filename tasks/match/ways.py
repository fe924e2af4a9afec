"""Sentences on what would open an offer; none of them asks anybody to change a status."""

from collections.abc import Mapping

from schemas.messages import Message

COUNSELLING = Message(
    "Hier entscheidet das Aufenthaltsrecht: bitte Rechts- oder Migrationsberatung einbeziehen.",
    "Residence law decides here: please involve legal or migration counselling.",
)
_WAYS = {
    "certificate": Message(
        "Zertifikat {entry_level} nachweisen oder vorher einen Kurs bis {entry_level} besuchen.",
        "Show a certificate {entry_level}, or attend a course up to {entry_level} first.",
    ),
    "childcare": Message("Kinderbetreuung organisieren.", "Arrange childcare."),
    "part_time": Message(
        "Einen Durchgang in Teilzeit oder mit weniger Wochenstunden anfragen.",
        "Ask for a part-time run or one with fewer hours a week.",
    ),
    "later_start": Message("Einen späteren Durchgang vormerken.", "Note a later run."),
    "new_seat": Message(
        "Auf die Warteliste setzen oder einen Platz anfragen.", "Join the waiting list or ask for a seat."
    ),
    "ask_provider": Message(
        "Beim Träger die aktuelle Platzzahl erfragen.", "Ask the provider for the present seat count."
    ),
    "transport": Message(
        "Fahrt klären (Ticket, Mitfahrt) oder einen Durchgang online anfragen.",
        "Settle the journey (ticket, lift), or ask for an online run.",
    ),
    "entry": Message("Eintritt ins Programm vereinbaren.", "Agree on entry into the programme."),
    "age": Message(
        "Ab {min_age} Jahren möglich: später erneut prüfen.", "Possible from age {min_age}: check again later."
    ),
}


NOT_CHOSEN = {
    "seat": Message("Für diesen Bedarf gibt es schon einen Platz.", "This need has a seat already."),
    "proposal": Message(
        "Passt; für diesen Bedarf liegt ein anderer Vorschlag zur Entscheidung vor.",
        "Fits; another proposal for this need is out for decision.",
    ),
    "": Message(
        "Passt; die freien Plätze gehen nach der Zuteilungsordnung an andere oder sind zugesagt.",
        "Fits; by the order of matching the free seats go to others or are promised.",
    ),
}


def way_sentence(way: str, run: Mapping[str, object]) -> Message:
    """Return the sentence of a way in, with the run's own level or age in it."""
    age = str(run.get("min_age"))
    values = {
        "entry_level": run.get("entry_level") or "–",
        "min_age": age.split(".", 1)[0] if age[:1].isdigit() else "–",
    }
    message = _WAYS[way]
    return Message(message.de.format(**values), message.en.format(**values))
