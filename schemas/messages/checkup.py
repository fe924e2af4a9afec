"""Sentences of ``teilhabe doctor``."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "check_ok": Message("gut", "ok"),
    "check_bad": Message("FEHLER", "WRONG"),
    "check_config": Message("Konfiguration", "configuration"),
    "check_source": Message("Quelle", "source"),
    "check_disk": Message("Plattenplatz", "disk space"),
    "check_rights": Message("Rechte am Archiv", "rights on the archive"),
    "check_keys": Message("Schlüssel des Archivs", "archive keys"),
    "check_orchestrator": Message("Orchestrator", "orchestrator"),
    "check_database": Message("Datenbank", "database"),
    "check_config_detail": Message(
        "{county}: {sources} Quellen, {rules} Regeln", "{county}: {sources} sources, {rules} rules"
    ),
    "check_source_detail": Message("{count} Datei(en) gefunden", "{count} file(s) found"),
    "check_disk_detail": Message("{gigabytes} GB frei", "{gigabytes} GB free"),
    "check_disk_full": Message(
        "nur {gigabytes} GB frei, 1 GB soll es sein. Weiter: Platz schaffen, sonst bleibt eine Nacht stehen",
        "only {gigabytes} GB free, it should be 1 GB. Next: make room, else a night will stop",
    ),
    "check_runs": Message("Läufe und Uhr", "runs and clock"),
    "check_runs_detail": Message("kein Lauf ist hängen geblieben", "no run is left hanging"),
    "check_runs_dead": Message(
        "{count} Lauf ohne Prozess. Weiter: teilhabe doctor --fix",
        "{count} run without a process. Next: teilhabe doctor --fix",
    ),
    "check_names": Message("Namen im Tresor", "names in the vault"),
    "check_weights": Message("Gewichte der Zuordnung", "weights of identity"),
    "check_weights_detail": Message("wie zuletzt in Kraft gesetzt", "as accepted last"),
    "check_rights_detail": Message("nur für den eigenen Benutzer lesbar", "readable by the own user only"),
    "check_keys_sealed": Message("das Archiv wird verschlüsselt", "the archive is encrypted"),
    "check_keys_open": Message(
        "kein Schlüssel gesetzt, das Archiv ist nur durch Rechte geschützt (TEILHABE_ARCHIVE_KEY)",
        "no key is set, the archive is protected by file rights only (TEILHABE_ARCHIVE_KEY)",
    ),
    "check_names_sealed": Message(
        "im Tresor versiegelt, der Schlüssel ist da", "sealed in the vault, the key is at hand"
    ),
    "check_names_plain": Message(
        "im Tresor im Klartext, nur durch Rechte geschützt (TEILHABE_VAULT_KEY, teilhabe vault seal)",
        "in plain text in the vault, protected by rights only (TEILHABE_VAULT_KEY, teilhabe vault seal)",
    ),
    "check_prefect_missing": Message("Prefect ist nicht installiert", "Prefect is not installed"),
    "check_prefect_own": Message(
        "kein Server eingestellt; jeder Lauf bringt seinen eigenen mit", "no server is set; each run brings its own"
    ),
    "check_prefect_answers": Message("der eingestellte Server antwortet", "the configured server answers"),
    "check_prefect_silent": Message(
        "der eingestellte Server antwortet nicht; der Lauf geht ohne ihn",
        "the configured server does not answer; the night goes on without it",
    ),
    "check_database_detail": Message("PostgreSQL {version}, Schema {schema}", "PostgreSQL {version}, schema {schema}"),
}
