"""Sentences of the conform stage (E31x)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E310": Message(
        "Lieferung „{source}“, Datei „{file}“, Blatt „{sheet}“: Pflichtspalte(n) fehlen: {headers}. "
        "Die Lieferung wird nicht übernommen. Weiter: teilhabe source check {source}",
        "Delivery '{source}', file '{file}', sheet '{sheet}': required column(s) missing: {headers}. "
        "The delivery is refused. Next: teilhabe source check {source}",
    ),
    "E311": Message(
        "Lieferung „{source}“, Datei „{file}“, Blatt „{sheet}“: Überschrift steht doppelt: {headers}. "
        "Die Lieferung wird nicht übernommen. Weiter: Kopfzeile berichtigen lassen",
        "Delivery '{source}', file '{file}', sheet '{sheet}': header stands twice: {headers}. "
        "The delivery is refused. Next: have the header mended",
    ),
    "E312": Message(
        "Lieferung „{source}“, Datei „{file}“: Zeilenbilanz geht nicht auf: {rows} gelesen, {accounted} verbucht.",
        "Delivery '{source}', file '{file}': rows do not add up: {rows} read, {accounted} accounted for.",
    ),
}
