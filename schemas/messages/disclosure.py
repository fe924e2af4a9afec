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
    "disclosure_audited": Message(
        "{releases} Veröffentlichung(en), {cells} geschützte Zellen geprüft, {findings} Befund(e)",
        "{releases} release(s), {cells} protected cells audited, {findings} finding(s)",
    ),
    "disclosure_headings": Message(
        "Grund|Zeitraum|Zählweise|Größe|Merkmal|Ausprägung", "reason|period|mode|quantity|dimension|member"
    ),
    "disclosure_too_narrow": Message("zu eng bestimmbar", "can be narrowed down too far"),
    "disclosure_contradiction": Message("die Angaben widersprechen sich", "the figures contradict each other"),
    "disclosure_rate_not_from_shown_counts": Message(
        "Quote passt nicht zu den gezeigten Anzahlen", "rate does not follow from the shown counts"
    ),
    "disclosure_two_values": Message("eine Zelle hat zwei Werte", "one cell has two values"),
    "disclosure_not_additive": Message(
        "Ausprägungen ergeben nicht die gerundete Summe", "members do not add up to the rounded total"
    ),
    "disclosure_not_a_multiple": Message("kein Vielfaches der Basis", "not a multiple of the base"),
    "disclosure_shown_though_suppressed": Message("gesperrt und doch gezeigt", "suppressed and yet shown"),
    "disclosure_changed_since_release": Message("seit der Veröffentlichung verändert", "changed since the release"),
}
