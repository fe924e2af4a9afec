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
        "Der Schlüssel aus {origin} ist unbrauchbar: erwartet werden 32 Byte als Base64 oder 64 Hexziffern.",
        "The key from {origin} cannot be used: 32 bytes as Base64 or 64 hex digits are expected.",
    ),
    "E216": Message(
        "Kein Platz für die Arbeitskopie einer Lieferung. Nächster Schritt: Platz schaffen und erneut starten.",
        "No space for the working copy of a delivery. Next: free some space and start again.",
    ),
    "E220": Message(
        "{host} ist nicht erreichbar ({reason}). "
        "Nächster Schritt: Adresse, Netz und Firewall prüfen; es wird erneut versucht.",
        "{host} cannot be reached ({reason}). Next: check address, network and firewall; it is tried again.",
    ),
    "E221": Message(
        "{host} zeigt einen anderen Host-Schlüssel als den hinterlegten: {presented}. Es wurde nichts übertragen. "
        "Nächster Schritt: beim Lieferanten auf anderem Weg nachfragen, erst dann pull.host_key ändern.",
        "{host} shows another host key than the pinned one: {presented}. Nothing was transferred. "
        "Next: ask the supplier by another channel, only then change pull.host_key.",
    ),
    "E222": Message(
        "{host} lehnt die Anmeldung oder den Zugriff ab. Nächster Schritt: pull.auth und die Rechte dort prüfen.",
        "{host} refuses the login or the access. Next: check pull.auth and the rights there.",
    ),
    "E223": Message(
        "Weiterleitung an {host} wird nicht gefolgt. "
        "Nächster Schritt: den Host in pull.allow_hosts nennen, wenn er gewollt ist.",
        "The redirect to {host} is not followed. Next: name the host in pull.allow_hosts if it is wanted.",
    ),
    "E224": Message(
        "{host} führt zu einer privaten oder lokalen Adresse; von dort wird nichts geholt. "
        "Nächster Schritt: den Host in pull.allow_hosts nennen, wenn er gewollt ist.",
        "{host} leads to a private or local address; nothing is fetched from there. "
        "Next: name the host in pull.allow_hosts if it is wanted.",
    ),
    "E225": Message(
        "{host} leitet im Kreis oder zu oft weiter.",
        "{host} redirects in circles or too often.",
    ),
    "E226": Message(
        "{host} antwortet nicht oder nicht vollständig in {seconds} Sekunden (pull.timeout_s).",
        "{host} does not answer, or not fully, within {seconds} seconds (pull.timeout_s).",
    ),
    "E227": Message(
        "{host} antwortet mit Status {status}.",
        "{host} answers with status {status}.",
    ),
    "E228": Message(
        "Für diese Quelle fehlt die Bibliothek {library}. Nächster Schritt: das Extra „remote“ installieren.",
        "Library {library} is missing for this source. Next: install the extra 'remote'.",
    ),
    "E229": Message(
        "Für {host} ist kein Host-Schlüssel hinterlegt. Der Server zeigt {presented}. "
        "Nächster Schritt: diesen Wert beim Lieferanten bestätigen lassen und als pull.host_key eintragen.",
        "No host key is pinned for {host}. The server shows {presented}. "
        "Next: have the supplier confirm it and set it as pull.host_key.",
    ),
    "E230": Message(
        "{host} wird nicht unverschlüsselt angesprochen. Nächster Schritt: https oder webdavs verwenden, "
        "oder http://{host} in pull.allow_hosts nennen.",
        "{host} is not spoken to unencrypted. Next: use https or webdavs, or name http://{host} in pull.allow_hosts.",
    ),
    "E231": Message(
        "Der Schlüssel oder das Zertifikat ist unbrauchbar: {what} ({reason}).",
        "The key or certificate cannot be used: {what} ({reason}).",
    ),
    "E232": Message(
        "Die Tabelle oder Abfrage bei {host} ist nicht lesbar ({reason}).",
        "The table or query at {host} cannot be read ({reason}).",
    ),
    "E233": Message(
        "Eine SQL-Quelle nennt entweder pull.table oder pull.query (eine einzige SELECT-Anweisung).",
        "A SQL source names either pull.table or pull.query (one SELECT statement).",
    ),
    "E234": Message(
        "{host} antwortet anders als erwartet: {reason}.",
        "{host} answers in an unexpected form: {reason}.",
    ),
    "E236": Message(
        "Den Ordner gibt es bei {place} nicht. "
        "Nächster Schritt: ihn dort anlegen, mit den Rechten derer, die lesen dürfen.",
        "The folder is not there ({place}). Next: make it there, with the rights of those who may read.",
    ),
    "E237": Message(
        "In den Ordner {place} lässt sich nicht schreiben ({reason}). Nächster Schritt: Rechte und Platz prüfen.",
        "The folder {place} cannot be written to ({reason}). Next: check rights and space.",
    ),
    "E235": Message(
        "Die Adresse der Quelle (pull.url) ist unlesbar.",
        "The source's address (pull.url) cannot be read.",
    ),
    "E240": Message(
        "{host} nennt {total} Angebote, liefert aber höchstens {cap}: {missing} fehlen in dieser Lieferung. "
        "Nächster Schritt: die Suche eingrenzen (Ort, Umkreis, Art) und auf mehrere Quellen verteilen.",
        "{host} counts {total} offers but hands out {cap} at most: {missing} are missing from this delivery. "
        "Next: narrow the search (place, radius, kind) and spread it over several sources.",
    ),
}
