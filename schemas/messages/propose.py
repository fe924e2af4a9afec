"""What a proposed source file says in its comments, and what ``source new`` answers."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "propose_head": Message(
        "Vorschlag aus „{file}“, mit Sicherheit in Prozent hinter jeder Zeile. Bitte jede Zuordnung ansehen;\n"
        "danach: teilhabe source check",
        "Proposed from '{file}', with a score in percent behind each line. Please look at each mapping;\n"
        "afterwards: teilhabe source check",
    ),
    "propose_other_sheet": Message(
        "Das Blatt „{sheet}“ bleibt außen vor; es braucht eine eigene Quelle.",
        "The sheet '{sheet}' stays outside; it needs a source of its own.",
    ),
    "propose_delivery": Message(
        "full: was fehlt, hat geendet; incremental: nur Neues und Änderungen",
        "full: what is missing has ended; incremental: only adds and changes",
    ),
    "propose_expect": Message("every: 7d, wo ein Takt vereinbart ist", "every: 7d where a rhythm is agreed"),
    "propose_ids": Message("wessen Nummern hier stehen; bitte prüfen", "whose ids stand here; please check"),
    "propose_ignore": Message("nicht übernommen, mit Absicht", "dropped on purpose"),
    "propose_missing": Message("Pflichtangabe: bitte die Spalte nennen", "required: please name the column"),
    "propose_placeholder": Message("BITTE ERGÄNZEN {column}", "PLEASE COMPLETE {column}"),
    "propose_open_value": Message("kein Vorschlag", "no proposal"),
    "propose_check": Message("bitte prüfen", "please check"),
    "propose_two_way": Message(
        "vorsichtig: nur was sicher ein Gespräch war, zählt; bitte prüfen",
        "careful: only what surely was a talk counts; please check",
    ),
    "propose_written": Message("Geschrieben: {file}", "Written: {file}"),
    "propose_headings": Message(
        "Satzart|Spalte|Überschrift|sicher (%)|Werte offen", "kind|column|heading|score (%)|values open"
    ),
    "propose_ignored": Message("Nicht übernommen: {columns}", "Dropped on purpose: {columns}"),
    "propose_amended": Message(
        "In {file} steht jetzt unter ids, wessen Nummern dort gelten (wie bisher).",
        "{file} now says under ids whose ids hold there (as before).",
    ),
    "propose_next": Message("Weiter: teilhabe source check {name}", "Next: teilhabe source check {name}"),
    "E813": Message(
        "„{file}“ gibt es schon. Weiter: anderer Name mit --name, oder --force",
        "'{file}' exists already. Next: another name with --name, or --force",
    ),
    "E814": Message(
        "In „{file}“ ist keine Satzart zu erkennen. Weiter: --kind SATZART angeben (docs/reference/record-kinds.md)",
        "No record kind can be made out in '{file}'. Next: name one by --kind KIND (docs/reference/record-kinds.md)",
    ),
    "E815": Message("Die Datei „{file}“ gibt es nicht.", "There is no file '{file}'."),
    "E817": Message(
        "Andere Quellen müssen erst sagen, wessen Kennungen sie nutzen: {lines}. Nichts geschrieben. "
        "Weiter: die Zeilen eintragen, oder ohne --keep-others",
        "Other sources must first say whose ids they use: {lines}. Nothing written. "
        "Next: add the lines, or go without --keep-others",
    ),
    "E816": Message(
        "Keine oder mehrere Quellen passen zu „{file}“. Weiter: --source NAME",
        "None or several sources fit '{file}'. Next: --source NAME",
    ),
}
