"""Sentences about the warehouse's schema and runs (E51x, E80x)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E510": Message(
        "Das Warehouse hat den Stand {version}, das Programm braucht {wanted}. Weiter: teilhabe db upgrade",
        "The warehouse is at version {version}, the program needs {wanted}. Next: teilhabe db upgrade",
    ),
    "E511": Message(
        "Das Warehouse hat den neueren Stand {version}, das Programm kennt {wanted}. Weiter: Programm aktualisieren",
        "The warehouse is at the newer version {version}, the program knows {wanted}. Next: update the program",
    ),
    "E299": Message(
        "Quelle „{source}“ war nicht lesbar ({kind}). Weiter: Ablage und Rechte prüfen",
        "Source '{source}' could not be read ({kind}). Next: check the folder and its rights",
    ),
    "E801": Message(
        "Stichtag {as_of} liegt vor dem letzten veröffentlichten Stand {last}. "
        "Weiter: teilhabe rerun --since {as_of} --reason …",
        "As-of day {as_of} lies before the last published one, {last}. Next: teilhabe rerun --since {as_of} --reason …",
    ),
    "E802": Message(
        "Quelle „{source}“ gibt es in dieser Konfiguration nicht. Bekannt: {known}",
        "There is no source '{source}' in this configuration. Known: {known}",
    ),
    "E803": Message(
        "„{text}“ ist kein Datum der Form JJJJ-MM-TT",
        "'{text}' is no date of the form YYYY-MM-DD",
    ),
    "gate_before": Message("bisher", "before"),
    "gate_new": Message("neu", "new"),
    "gate_changed": Message("geändert", "changed"),
    "gate_ended": Message("entfallen", "gone"),
    "gate_rows": Message("Zeilen", "rows"),
    "gate_rejected": Message("abgewiesen", "rejected"),
    "gate_share": Message("Anteil", "share"),
    "gate_limit": Message("erlaubt", "allowed"),
    "gate_min": Message("mindestens", "at least"),
    "gate_max": Message("höchstens", "at most"),
    "gate_overdue": Message(
        "Quelle {source} ist überfällig: letzte Lieferung vom {last}, vereinbart ist alle {days} Tage.",
        "Source {source} is overdue: last delivery of {last}, agreed is every {days} days.",
    ),
    "E804": Message(
        "Schranke {gate} ist geschlossen: {detail}. Weiter: Lieferung prüfen, dann "
        "teilhabe rerun --source NAME --accept --reason …",
        "Gate {gate} is closed: {detail}. Next: check the delivery, then teilhabe rerun --source NAME --accept "
        "--reason …",
    ),
}
