"""Sentences about backup and restore (E82x)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "backup_written": Message("Gesichert: {file} ({megabytes} MB).", "Backed up: {file} ({megabytes} MB)."),
    "backup_names_key": Message(
        "Die Namen im Tresor öffnet nur der Schlüssel {key} (TEILHABE_VAULT_KEY); er ist nicht in der Sicherung.",
        "Only the key {key} (TEILHABE_VAULT_KEY) opens the names in the vault; it is not in the backup.",
    ),
    "backup_restored": Message("Zurückgeholt: Sicherung vom {made_at}.", "Restored: backup of {made_at}."),
    "backup_sealed": Message(
        "Versiegelt: ohne TEILHABE_BACKUP_KEY sagt die Datei nichts.",
        "Sealed: without TEILHABE_BACKUP_KEY the file tells nothing.",
    ),
    "backup_plain": Message(
        "Nicht versiegelt: die Datei nennt Namen und trägt die Schlüssel. Weiter: TEILHABE_BACKUP_KEY setzen",
        "Not sealed: the file tells names and carries the keys. Next: set TEILHABE_BACKUP_KEY",
    ),
    "E826": Message(
        "Die Sicherung „{file}“ ist versiegelt, und ihr Schlüssel ist nicht da. Weiter: TEILHABE_BACKUP_KEY setzen",
        "The backup '{file}' is sealed, and its key is not at hand. Next: set TEILHABE_BACKUP_KEY",
    ),
    "E821": Message(
        "Die Datei „{file}“ gibt es schon, oder es gibt noch nichts zu sichern.",
        "The file '{file}' exists already, or there is nothing to back up yet.",
    ),
    "E822": Message(
        "Das Warehouse oder das Archiv ist nicht leer. Weiter: eine leere Datenbank und einen leeren state-Ordner "
        "nehmen",
        "The warehouse or the archive is not empty. Next: use an empty database and an empty state folder",
    ),
    "E823": Message(
        "„{file}“ ist keine unversehrte Sicherung dieses Kreises.", "'{file}' is no whole backup of this county."
    ),
}
