"""Sentences about files that cannot be read (E30x to E33x)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E301": Message(
        "Datei „{file}“ lässt sich nicht lesen: {kind} bei {where}",
        "File '{file}' cannot be read: {kind} at {where}",
    ),
    "E302": Message(
        "Datei „{file}“ ist beschädigt oder nicht, was sie vorgibt zu sein: {kind}",
        "File '{file}' is damaged or not what it claims to be: {kind}",
    ),
    "E303": Message(
        "Datei „{file}“ wurde nach {seconds} Sekunden nicht fertig gelesen und abgebrochen",
        "File '{file}' was not read within {seconds} seconds and was stopped",
    ),
    "E304": Message(
        "Datei „{file}“ braucht mehr als {memory_mb} MB Speicher und wurde abgebrochen",
        "File '{file}' needs more than {memory_mb} MB of memory and was stopped",
    ),
    "E305": Message(
        "Datei „{file}“ hat den Leseprozess zum Absturz gebracht (Signal {status})",
        "File '{file}' crashed the reading process (signal {status})",
    ),
    "E306": Message(
        "Datei „{file}“ ist mit einem Kennwort geschützt, und in der Quelle steht keines oder ein falsches "
        "(format: password)",
        "File '{file}' is protected by a password, and the source names none or a wrong one (format: password)",
    ),
    "E307": Message(
        "Blatt „{sheet}“ in „{file}“ ist ausgeblendet und wird nicht gelesen",
        "Sheet '{sheet}' in '{file}' is hidden and is not read",
    ),
    "E308": Message("Datei „{file}“ hat kein sichtbares Blatt", "File '{file}' has no visible sheet"),
    "E309": Message("Blatt „{sheet}“ fehlt in „{file}“", "Sheet '{sheet}' is missing in '{file}'"),
    "E310": Message("Datei „{file}“ ist leer", "File '{file}' is empty"),
    "E311": Message(
        "In „{file}“ steht keine Kopfzeile, wo sie erwartet wird",
        "In '{file}' there is no header row where one is expected",
    ),
    "E312": Message("Datei „{file}“ hat mehr als {limit} Zeilen", "File '{file}' has more than {limit} rows"),
    "E313": Message("Datei „{file}“ hat mehr als {limit} Spalten", "File '{file}' has more than {limit} columns"),
    "E314": Message(
        "Datei „{file}“ hat mehr als {limit} schadhafte Stellen und wurde nicht weiter gelesen",
        "File '{file}' has more than {limit} broken places and was not read on",
    ),
    "E315": Message(
        "Datei „{file}“, Zeile {row}: ein Byte gehört nicht zur Zeichencodierung {encoding}",
        "File '{file}', row {row}: a byte does not belong to the encoding {encoding}",
    ),
    "E316": Message(
        "Datei „{file}“: die Zeichencodierung „{encoding}“ ist unbekannt",
        "File '{file}': the encoding '{encoding}' is unknown",
    ),
    "E317": Message(
        "Datei „{file}“: Zeile {row} ist zu lang, um eine Tabellenzeile zu sein",
        "File '{file}': row {row} is too long to be a row of a table",
    ),
    "E320": Message("Datei „{file}“ fehlt oder ist nicht lesbar", "File '{file}' is missing or not readable"),
    "E321": Message(
        "Datei „{file}“ änderte sich, während sie gelesen wurde; sie wird beim nächsten Lauf neu gelesen",
        "File '{file}' changed while it was read; the next run reads it again",
    ),
    "E322": Message(
        "„{file}“ ist keine gewöhnliche Datei (Verknüpfung, Ordner oder Gerät) und wird nicht geöffnet",
        "'{file}' is not a regular file (link, folder or device) and is not opened",
    ),
    "E323": Message(
        "Datei „{file}“ ist größer als {limit} Bytes und wird nicht geöffnet",
        "File '{file}' is larger than {limit} bytes and is not opened",
    ),
}
