"""Sentences of the identify stage (E4xx)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E400": Message(
        "Die Gewichtedatei „{file}“ ist nicht lesbar oder kein YAML. Weiter: Datei im Ordner identity prüfen.",
        "The weights file '{file}' cannot be read or is no YAML. Next: check the file in folder identity.",
    ),
    "E401": Message(
        "In der Gewichtedatei „{file}“ fehlt eine Zahl: {detail}. Weiter: mit weights-1.yaml vergleichen.",
        "The weights file '{file}' lacks a value, or it is no number: {detail}. Next: compare with weights-1.yaml.",
    ),
    "E402": Message(
        "In der Gewichtedatei „{file}“ muss floor unter link_score liegen und link_lead mindestens 0 sein.",
        "In the weights file '{file}' floor must lie below link_score, and link_lead must be at least 0.",
    ),
    "E403": Message(
        "Tabelle „{table}“: Spalte {column} fehlt. Das ist ein Fehler im Programm, nicht in der Lieferung.",
        "Table '{table}': column {column} is missing. This is a defect of the program, not of the delivery.",
    ),
    "E404": Message(
        "Tabelle „{table}“: {count} Schlüssel in {column} sind leer oder stehen doppelt.",
        "Table '{table}': {count} keys in {column} are empty or stand twice.",
    ),
    "E405": Message(
        "{count} Entscheidungen nennen ein Paar zugleich verbunden und getrennt. Weiter: teilhabe review list.",
        "{count} decisions name the same pair both as linked and as split. Next: teilhabe review list.",
    ),
}
