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
}
