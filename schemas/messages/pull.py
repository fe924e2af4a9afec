"""Sentences of the pull stage: where deliveries come from and how they are kept (E2xx)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E201": Message(
        "Keine Lieferung gefunden: Nichts passt auf „{pattern}“ in {place}. "
        "Nächster Schritt: Ablage prüfen oder den Lieferanten fragen.",
        "No delivery found: nothing matches '{pattern}' in {place}. Next: check the folder or ask the supplier.",
    ),
    "E202": Message(
        "Ablage nicht lesbar: {place} ({reason}). Nächster Schritt: Freigabe, Rechte und Pfad prüfen.",
        "Place cannot be read: {place} ({reason}). Next: check the mount, the rights and the path.",
    ),
    "E203": Message(
        "Die Datei „{name}“ änderte sich, während sie gelesen wurde. "
        "Nächster Schritt: warten, bis die Übertragung fertig ist.",
        "File '{name}' changed while it was read. Next: wait until its transfer has ended.",
    ),
    "E204": Message(
        "„{name}“ ist keine gewöhnliche Datei und wird nicht gelesen. "
        "Nächster Schritt: eine Datei in die Ablage legen.",
        "'{name}' is not an ordinary file and is not read. Next: put a file into the folder.",
    ),
    "E205": Message(
        "„{name}“ ist größer als erlaubt ({limit} Byte, pull.max_bytes).",
        "'{name}' is larger than allowed ({limit} bytes, pull.max_bytes).",
    ),
    "E206": Message(
        "Die Quelle nennt eine Adresse der Art „{scheme}“. Bekannt sind: {known}.",
        "The source names an address of kind '{scheme}'. Known are: {known}.",
    ),
    "E207": Message(
        "Der Pfad „{pattern}“ verlässt seine Ablage („..“ ist nicht erlaubt).",
        "The path '{pattern}' leaves its folder ('..' is not allowed).",
    ),
    "E208": Message(
        "„{name}“ ist ein Verweis, der aus der Ablage hinaus oder ins Leere führt; ihm wird nicht gefolgt.",
        "'{name}' is a link that leads out of the folder or nowhere; it is not followed.",
    ),
    "E210": Message(
        "Im Rohdatenarchiv fehlt die Datei {sha256}.",
        "The raw archive has no file {sha256}.",
    ),
    "E211": Message(
        "Im Rohdatenarchiv ist die Datei {sha256} beschädigt. "
        "Nächster Schritt: aus der Sicherung zurückholen (teilhabe restore).",
        "File {sha256} in the raw archive is damaged. Next: bring it back from the backup (teilhabe restore).",
    ),
    "E212": Message(
        "Die Archivdatei {sha256} ist mit dem Schlüssel {key_id} verschlüsselt, der nicht vorliegt. "
        "Nächster Schritt: TEILHABE_ARCHIVE_KEY um diesen Schlüssel ergänzen.",
        "Archived file {sha256} is encrypted with key {key_id}, which is not at hand. "
        "Next: add that key to TEILHABE_ARCHIVE_KEY.",
    ),
    "E213": Message(
        "Kein Platz für das Rohdatenarchiv in {place}. Nichts Halbes blieb liegen. "
        "Nächster Schritt: Platz schaffen und erneut starten.",
        "No space for the raw archive in {place}. Nothing half-written was left. "
        "Next: free some space and start again.",
    ),
    "E214": Message(
        "Das Rohdatenarchiv in {place} ist nicht beschreibbar ({reason}).",
        "The raw archive in {place} cannot be written ({reason}).",
    ),
    "E215": Message(
        "Der Archivschlüssel aus {origin} ist unbrauchbar: erwartet werden 32 Byte als Base64 oder 64 Hexziffern.",
        "The archive key from {origin} cannot be used: 32 bytes as Base64 or 64 hex digits are expected.",
    ),
}
