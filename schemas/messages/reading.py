"""Sentences about files that cannot be read (E301 to E309, E350 to E379)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "feedback_skipped": Message(
        "{file} ({source}): keine Rückmeldung, die Datei lässt sich nicht mehr lesen. {error}",
        "{file} ({source}): no feedback, the file can no longer be read. {error}",
    ),
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
    "E350": Message("Datei „{file}“ ist leer", "File '{file}' is empty"),
    "E351": Message(
        "In „{file}“ steht keine Kopfzeile, wo sie erwartet wird",
        "In '{file}' there is no header row where one is expected",
    ),
    "E352": Message("Datei „{file}“ hat mehr als {limit} Zeilen", "File '{file}' has more than {limit} rows"),
    "E353": Message("Datei „{file}“ hat mehr als {limit} Spalten", "File '{file}' has more than {limit} columns"),
    "E354": Message(
        "Datei „{file}“ hat mehr als {limit} schadhafte Stellen und wurde nicht weiter gelesen",
        "File '{file}' has more than {limit} broken places and was not read on",
    ),
    "E355": Message(
        "Datei „{file}“, Zeile {row}: ein Byte gehört nicht zur Zeichencodierung {encoding}",
        "File '{file}', row {row}: a byte does not belong to the encoding {encoding}",
    ),
    "E356": Message(
        "Datei „{file}“: die Zeichencodierung „{encoding}“ ist unbekannt",
        "File '{file}': the encoding '{encoding}' is unknown",
    ),
    "E357": Message(
        "Datei „{file}“: Zeile {row} ist zu lang, um eine Tabellenzeile zu sein",
        "File '{file}': row {row} is too long to be a row of a table",
    ),
    "E358": Message(
        "Datei „{file}“: erwartet wird eine Liste von Objekten oder ein Objekt aus solchen Listen",
        "File '{file}': expected is a list of objects or an object of such lists",
    ),
    "E359": Message("Datei „{file}“ ist kein {type}", "File '{file}' is not {type}"),
    "E360": Message("Datei „{file}“ fehlt oder ist nicht lesbar", "File '{file}' is missing or not readable"),
    "E361": Message(
        "Datei „{file}“ änderte sich, während sie gelesen wurde; sie wird beim nächsten Lauf neu gelesen",
        "File '{file}' changed while it was read; the next run reads it again",
    ),
    "E362": Message(
        "„{file}“ ist keine gewöhnliche Datei (Verknüpfung, Ordner oder Gerät) und wird nicht geöffnet",
        "'{file}' is not a regular file (link, folder or device) and is not opened",
    ),
    "E363": Message(
        "Datei „{file}“ ist größer als {limit} Bytes und wird nicht geöffnet",
        "File '{file}' is larger than {limit} bytes and is not opened",
    ),
    "E364": Message(
        "Datei „{file}“ ist {found}, erwartet wird {type} (format: type)",
        "File '{file}' is {found}, expected is {type} (format: type)",
    ),
    "E365": Message(
        "Datei „{file}“: Zelle {cell} liegt zu weit außen, das Blatt hätte mehr als {limit} Zellen",
        "File '{file}': cell {cell} lies too far out, the sheet would have more than {limit} cells",
    ),
    "E366": Message(
        "Datei „{file}“ ist eine mit Kennwort geschützte ODS-Datei; diese lässt sich nicht öffnen. "
        "Bitte ungeschützt oder als geschützte xlsx-Datei liefern",
        "File '{file}' is a password-protected ods; it cannot be opened. Deliver it unprotected or as a protected xlsx",
    ),
    "E367": Message(
        "Datei „{file}“ enthält zu viele Nullbytes für eine Textdatei; bei UTF-16 ohne Markierung bitte die Codierung "
        "angeben (format: encoding)",
        "File '{file}' holds too many NUL bytes for a text file; if it is UTF-16 without a mark, name the encoding "
        "(format: encoding)",
    ),
    "E370": Message("Archiv „{file}“ hat mehr als {limit} Einträge", "Archive '{file}' has more than {limit} members"),
    "E371": Message(
        "Archiv „{file}“ enthält einen Namen zweimal und wäre auf zwei Arten lesbar",
        "Archive '{file}' holds a name twice and could be read in two ways",
    ),
    "E372": Message(
        "Archiv „{file}“ enthält einen unzulässigen Namen oder eine Verknüpfung",
        "Archive '{file}' holds a forbidden name or a link",
    ),
    "E373": Message(
        "Archiv „{file}“ entfaltet sich um mehr als das {limit}-fache (Zip-Bombe)",
        "Archive '{file}' unfolds to more than {limit} times its size (zip bomb)",
    ),
    "E374": Message(
        "Archiv „{file}“ entfaltet sich auf mehr als {limit} Bytes",
        "Archive '{file}' unfolds to more than {limit} bytes",
    ),
    "E375": Message(
        "Archiv „{file}“ enthält {count} Dateien, erwartet wird genau eine Lieferung",
        "Archive '{file}' holds {count} files, expected is exactly one delivery",
    ),
    "E376": Message(
        "Datei „{file}“ enthält eine DOCTYPE-Angabe und wird nicht gelesen",
        "File '{file}' holds a DOCTYPE and is not read",
    ),
}
