"""Sentences of erasure, retention, keys and the rights of the persons concerned."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "erase_would": Message("Von {person} ginge verloren:", "Of {person} this would go:"),
    "erase_dry": Message("Nichts wurde geändert. Zum Löschen: --yes", "Nothing was changed. To erase: --yes"),
    "erase_done": Message(
        "Gelöscht (Nummer {number}). Nachweis: {proof}. Mit dem nächsten Lauf zählt die Person nicht mehr.",
        "Erased (number {number}). Proof: {proof}. From the next run on the person does not count any more.",
    ),
    "erase_lifted": Message(
        "Die Sperre {number} ist aufgehoben. Die nächste neue Datei bringt die Person zurück.",
        "The suppression {number} is lifted. The next new file brings the person back.",
    ),
    "restore_erased": Message(
        "{count} Löschungen seit der Sicherung wurden wiederholt.", "{count} erasures since the backup were repeated."
    ),
    "erase_headings": Message("Ort|Zeilen", "place|rows"),
    "erase_archive": Message("Archiv, Zeilen der Quelle {source}", "archive, rows of source {source}"),
    "erase_files": Message("Dateien in {folder}", "files in {folder}"),
    "erase_orchestrator": Message("Dateien und Zeilen des Orchestrators", "files and rows of the orchestrator"),
    "erase_unsearched": Message(
        "{count} archivierte Dateien der Quelle {source} sind nicht lesbar und blieben ungeprüft.",
        "{count} archived files of source {source} cannot be read and were not searched.",
    ),
    "retention_headings": Message("Daten|Beginn|Tage|vor|fällig", "data|start|days|before|due"),
    "retention_dry": Message("Nichts wurde geändert. Zum Löschen: --yes", "Nothing was changed. To delete: --yes"),
    "retention_done": Message("Fälliges ist gelöscht.", "What was due is deleted."),
    "keep_persons": Message("Personen", "persons"),
    "keep_archived_files": Message("archivierte Dateien", "archived files"),
    "keep_quarantine_rows": Message("erledigte Quarantänezeilen", "settled quarantine rows"),
    "keep_remarks": Message("Hinweise zu Lieferungen", "remarks on deliveries"),
    "keep_run_details": Message("Schritte und Tore der Läufe", "steps and gates of runs"),
    "keep_outbox_files": Message("Dateien im Postausgang", "files in the outbox"),
    "start_last_fact": Message("letzter Eintrag, nicht mehr geliefert", "last fact, no longer delivered"),
    "start_replaced": Message("von neuerer Lieferung ersetzt", "replaced by a newer delivery"),
    "start_resolved": Message("behoben oder erledigt", "mended or waived"),
    "start_delivered": Message("Stichtag der Lieferung", "as-of day of the delivery"),
    "start_ended": Message("Ende des Laufs", "end of the run"),
    "start_written": Message("geschrieben", "written"),
    "E831": Message(
        "Der Schlüssel {keys} der Löschliste fehlt: gelöschte Personen kämen unbemerkt zurück. Weiter: die Dateien "
        "suppression*.key aus der Sicherung nach state/keys legen",
        "Key {keys} of the list of erasures is missing: erased persons could come back unseen. Next: put the files "
        "suppression*.key of the backup into state/keys",
    ),
    "E832": Message(
        "Die archivierte Datei {file} ließ sich nicht ohne die Zeilen neu schreiben; sie blieb, wie sie war",
        "The archived file {file} could not be written anew without the rows; it stayed as it was",
    ),
    "E833": Message(
        "Die Begründung nennt die Person beim Namen; sie bliebe so im Protokoll stehen. Weiter: ohne Namen begründen",
        "The reason names the person and would stay in the audit. Next: give a reason without names",
    ),
    "E834": Message(
        "Keine bestehende Löschung passt darauf (Nummer der Löschung oder QUELLE:Kennung)",
        "No standing erasure fits (number of the erasure, or SOURCE:id)",
    ),
}
