"""Sentences of disclosure control."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E701": Message(
        "disclosure: method ist rounding oder suppression, base und min_count sind mindestens 2",
        "disclosure: method is rounding or suppression, base and min_count are at least 2",
    ),
    "E702": Message(
        "Geheimhaltung: {count} Zellen der Veröffentlichung {release} wären enger bestimmbar, als die Regel "
        "erlaubt: {cells}. Nichts wurde veröffentlicht; weiter mit: teilhabe doctor --disclosure",
        "Disclosure: {count} cells of release {release} could be narrowed down further than the rule "
        "allows: {cells}. Nothing was published; next: teilhabe doctor --disclosure",
    ),
    "E703": Message(
        "Die Ausprägungen von {kpi} nach {dimension} ({period}, {mode}) ergeben nicht die Summe; "
        "ohne Additivität ist keine Geheimhaltung möglich",
        "The members of {kpi} by {dimension} ({period}, {mode}) do not add up to the total; "
        "figures that do not add up cannot be protected",
    ),
}
