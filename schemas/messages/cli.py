"""What the command line says to people."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "sync_headings": Message(
        "Quelle|Stand|Satzart|gefunden|geladen|abgewiesen", "source|state|kind|found|loaded|rejected"
    ),
    "state_arrived": Message("neu", "new"),
    "state_loaded": Message("geladen", "loaded"),
    "state_unchanged": Message("unverändert", "unchanged"),
    "state_absent": Message("nichts geliefert", "nothing delivered"),
    "state_unreadable": Message("nicht lesbar", "unreadable"),
    "state_refused": Message("abgelehnt", "refused"),
    "state_waiting": Message("wartet auf Freigabe", "waits for approval"),
    "status_published": Message("Stand {as_of} ist veröffentlicht.", "State of {as_of} is published."),
    "status_published_with_rejects": Message(
        "Stand {as_of} ist veröffentlicht; es gibt etwas zu berichtigen.",
        "State of {as_of} is published; something wants mending.",
    ),
    "status_blocked": Message(
        "Eine Schranke ist geschlossen: nichts veröffentlicht, der letzte Stand bleibt.",
        "A gate is closed: nothing is published, the last state stays.",
    ),
    "status_nothing_new": Message("Nichts Neues für den Stand {as_of}.", "Nothing new for {as_of}."),
    "status_failed": Message("Der Lauf für {as_of} ist gescheitert.", "The run for {as_of} failed."),
    "status_died": Message("abgebrochen", "died"),
    "status_running": Message("läuft", "running"),
    "sync_open_rows": Message(
        "{count} Zeile(n) warten in der Quarantäne. Weiter: teilhabe quarantine list",
        "{count} row(s) wait in quarantine. Next: teilhabe quarantine list",
    ),
    "kpi_headings": Message("Kennzahl|Zähler|Nenner|Wert|Ziel|erreicht", "KPI|numerator|denominator|value|target|met"),
    "kpi_title": Message(
        "Kennzahlen {county}, Schuljahr {period} ({mode}), Zeitraum {period_from} bis {period_to}, Stand {as_of}",
        "KPIs of {county}, school year {period} ({mode}), period {period_from} to {period_to}, as of {as_of}",
    ),
    "kpi_bridge": Message(
        "Brücke: {new} neue Maßnahmen + {regular} Regelangebote − {both} in beiden = {placed} vermittelte Personen",
        "Bridge: {new} new measures + {regular} regular offers − {both} in both = {placed} persons placed",
    ),
    "kpi_earlier_day": Message(
        "Am {asked} gab es keinen Lauf; das ist der letzte veröffentlichte Stand davor, vom {as_of}.",
        "There was no run on {asked}; this is the last published state before it, of {as_of}.",
    ),
    "export_written": Message("{count} Datei(en) nach {folder}:", "{count} file(s) to {folder}:"),
    "E725": Message(
        "„{table}“ ist keine Tabelle der Schicht mart. Bekannt: {known}",
        "'{table}' is no table of mart. Known: {known}",
    ),
    "step_pull": Message("holen", "pull"),
    "step_conform": Message("lesen und prüfen", "read and check"),
    "step_identify": Message("Personen zuordnen", "identify persons"),
    "step_load": Message("laden", "load"),
    "step_match": Message("vermitteln", "match"),
    "step_publish": Message("veröffentlichen", "publish"),
    "yes": Message("ja", "yes"),
    "no": Message("nein", "no"),
    "mode_cumulative": Message("seit Programmbeginn", "since the programme's start"),
    "mode_period": Message("im Schuljahr", "in the school year"),
    "mode_cohort": Message("Kohorte des Schuljahrs", "cohort of the school year"),
    "E805": Message(
        "Für {period} gibt es bis {as_of} keine veröffentlichten Kennzahlen. Weiter: teilhabe sync",
        "There are no published KPIs for {period} up to {as_of}. Next: teilhabe sync",
    ),
    "E806": Message(
        "Es ist noch nichts veröffentlicht. Weiter: teilhabe sync", "Nothing is published yet. Next: teilhabe sync"
    ),
    "db_upgraded": Message("Das Warehouse hat den Stand {version}.", "The warehouse is at version {version}."),
    "db_stopped": Message("Der eingebettete Server ist angehalten.", "The embedded server is stopped."),
    "db_was_stopped": Message("Der eingebettete Server läuft nicht.", "The embedded server is not running."),
    "db_started": Message(
        "Der eingebettete Server läuft: {where}, PostgreSQL {version}.",
        "The embedded server runs: {where}, PostgreSQL {version}.",
    ),
    "db_status": Message(
        "Warehouse {where}: Schema {version} (Programm: {wanted}).",
        "Warehouse {where}: schema {version} (program: {wanted}).",
    ),
    "status_nothing_shown": Message("Es ist noch nichts veröffentlicht.", "Nothing is published yet."),
    "status_shown": Message(
        "Gezeigt wird der Stand {as_of} (vor {age_days} Tagen; veröffentlicht {published_at}).",
        "Shown is the state of {as_of} ({age_days} days ago; published {published_at}).",
    ),
    "status_run_headings": Message("Beginn|Lauf|Stichtag|Ergebnis", "started|run|as of|result"),
    "status_source_headings": Message(
        "Quelle|letzte Lieferung|Alter in Tagen|Stand|offene Zeilen|überfällig",
        "source|last delivery|age in days|state|open rows|overdue",
    ),
    "status_open_work": Message(
        "Offen: {quarantine} Zeilen in Quarantäne, {review} Personen zu prüfen, {proposals} Vorschläge, "
        "{waiting} Lieferungen warten.",
        "Open: {quarantine} rows in quarantine, {review} persons to review, {proposals} proposals, "
        "{waiting} deliveries wait.",
    ),
    "status_next": Message("Weiter: {command}", "Next: {command}"),
    "state_overdue": Message("ja", "yes"),
    "state_replaced": Message("ersetzt", "replaced"),
    "state_accepted": Message("freigegeben", "accepted"),
    "quarantine_headings": Message(
        "Nr.|Quelle|Datei|Blatt|Zeile|Satzart|Spalte|Regel|Stand", "no.|source|file|sheet|row|kind|column|rule|state"
    ),
    "remark_headings": Message(
        "Quelle|Datei|Blatt|Zeile|Satzart|Spalte|Regel", "source|file|sheet|row|kind|column|rule"
    ),
    "remark_empty": Message("Keine Hinweise.", "No remarks."),
    "quarantine_empty": Message("Keine offenen Zeilen.", "No open rows."),
    "feedback_written": Message(
        "{file}: {marked} Stelle(n) markiert, für {source}", "{file}: {marked} place(s) marked, for {source}"
    ),
    "archive_rotated": Message("{count} Datei(en) neu versiegelt.", "{count} file(s) sealed anew."),
    "archive_whole": Message("Alle archivierten Dateien sind lesbar.", "Every archived file can be read."),
    "archive_damaged": Message(
        "Nicht lesbar (beschädigt oder Schlüssel fehlt): {files}",
        "Not readable (damaged, or the key is missing): {files}",
    ),
    "E520": Message(
        "{tool} endete mit Code {code}. Weiter: Anmeldung, die alle Zeilen liest (TEILHABE_BACKUP_URL); Platz prüfen",
        "{tool} ended with code {code}. Next: a login that reads every row (TEILHABE_BACKUP_URL); check the disk",
    ),
    "report_written": Message("Geschrieben: {file}", "Written: {file}"),
    "quarantine_waived": Message("{count} Zeile(n) auf sich beruhen gelassen.", "{count} row(s) waived."),
    "E807": Message("Quarantäne-Nr. {number} gibt es nicht offen.", "There is no open quarantine row {number}."),
    "source_headings": Message(
        "Quelle|Lieferant|Takt (Tage)|Lieferung|Satzarten", "source|supplier|every (days)|delivery|kinds"
    ),
    "E808": Message("Paar {number} gibt es nicht in der Prüfliste.", "There is no pair {number} in the review queue."),
    "E800": Message("So ist der Befehl nicht zu verstehen: {detail}", "The command cannot be read: {detail}"),
    "E830": Message(
        "Von {source} wartet keine Lieferung hinter einem Tor. Weiter: teilhabe status",
        "No delivery of {source} waits behind a gate. Next: teilhabe status",
    ),
    "E809": Message("--accept braucht --source NAME.", "--accept needs --source NAME."),
    "E810": Message("rerun braucht --since TAG oder --accept.", "rerun needs --since DAY or --accept."),
    "E811": Message(
        "Seit {since} ist nichts veröffentlicht. Weiter: teilhabe sync",
        "Nothing is published since {since}. Next: teilhabe sync",
    ),
    "E720": Message(
        "Die Kennzahlen widersprechen sich: {checks}. Nichts veröffentlicht, der letzte Stand bleibt. Weiter: "
        "teilhabe doctor",
        "The figures contradict themselves: {checks}. Nothing is published, the last state stays. Next: teilhabe "
        "doctor",
    ),
    "doctor_headings": Message("Prüfung|Ergebnis|Befund", "check|result|finding"),
    "preview_headings": Message("Satzart|bisher|neu|geändert|entfallen", "kind|before|new|changed|gone"),
    "preview_none": Message(
        "Kein Vergleich: es gibt noch kein Warehouse, oder es antwortet nicht.",
        "No comparison: there is no warehouse yet, or it does not answer.",
    ),
    "gate_passed": Message("Schranke {gate} offen: {detail}", "Gate {gate} open: {detail}"),
    "check_rule_headings": Message("Regel|Gewicht|Anzahl", "rule|severity|count"),
    "check_headings": Message("Datei|Blatt|Zeile|Spalte|Regel|Gewicht", "file|sheet|row|column|rule|severity"),
    "review_headings": Message(
        "Nr.|Quelle|Datei|Zeile|gegen Quelle|Kennung|Punkte|Grund|Stand",
        "no.|source|file|row|against|id|score|reason|state",
    ),
    "review_empty": Message("Keine offenen Paare.", "No open pairs."),
    "review_accept_done": Message("Paar {number} ist verbunden.", "Pair {number} is linked."),
    "review_split_done": Message("Paar {number} ist getrennt.", "Pair {number} is split."),
    "proposal_headings": Message(
        "Vorschlag|Person|Bedarf|Angebot|Stand|Gründe", "proposal|person|need|offer|state|reasons"
    ),
    "proposals_empty": Message("Keine offenen Vorschläge.", "No open proposals."),
    "why_headings": Message(
        "Bedarf|Angebot|Titel|passt|erster Grund|kürzester Weg", "need|offer|title|fits|first reason|shortest way"
    ),
    "gap_headings": Message(
        "Bündel|Wunsch|Ziel|Ort|Bedarfe|Personen|mindestens|vorgeschlagen",
        "cluster|wanted|level|place|needs|persons|minimum|proposed",
    ),
    "proposal_newly": Message("Neu beurteilt", "Judged anew"),
    "proposals_expected": Message(
        "{count} angenommene stehen noch nicht in der Liste des Trägers (--json: expected).",
        "{count} accepted ones are not on the provider's list yet (--json: expected).",
    ),
    "decisions_stray": Message(
        "{count} Entscheidungen nennen keinen bekannten Vorschlag (--json: decisions_without_proposal).",
        "{count} decisions name no known proposal (--json: decisions_without_proposal).",
    ),
    "why_title": Message("Stand {as_of}", "As of {as_of}"),
    "why_proposed": Message("vorgeschlagen", "proposed"),
    "why_yes": Message("passt", "fits"),
    "why_no": Message("nein", "no"),
    "why_unknown": Message("offen", "open"),
    "why_no_offer": Message(
        "Ohne ein Angebot der gesuchten Art oder Familie in der Lieferung: {needs}",
        "No offer of the wanted kind or family in the delivery: {needs}",
    ),
    "why_missing": Message("Zu klären: {facts}", "To be checked: {facts}"),
    "why_shortest": Message(
        "Kürzester Weg für {need}: {offer} ({steps}): {way}", "Shortest way for {need}: {offer} ({steps}): {way}"
    ),
    "gap_effect": Message(
        "Bündel {cluster_id}: {kind} mit {seats} Plätzen in {ags} ab {starts_on} brächte {needs_gained} Bedarfe und "
        "{persons_gained} Personen mehr; Vermittlungsquote {entered_gained} von {entered_count} mehr; ohne Maßnahme "
        "warten {waiting_before} statt künftig {waiting_after} Personen.",
        "Cluster {cluster_id}: {kind} with {seats} seats in {ags} from {starts_on} would serve {needs_gained} more "
        "needs and {persons_gained} more persons; placement rate {entered_gained} of {entered_count} more; persons "
        "waiting without a measure: {waiting_before} before, {waiting_after} after.",
    ),
    "gap_decided": Message(
        "Bündel {cluster}: {decision} am {decided_on} ({body}); {offers_citing} Angebote nennen es, "
        "{enrolments_citing} Plätze sind belegt.",
        "Cluster {cluster}: {decision} on {decided_on} ({body}); {offers_citing} offers cite it, "
        "{enrolments_citing} seats are taken.",
    ),
    "cluster_decided": Message(
        "Beschluss zu Bündel {cluster} ist festgehalten; Angebote nennen es als need_cluster.",
        "The decision on cluster {cluster} is recorded; offers cite it as need_cluster.",
    ),
    "fairness_note": Message(
        "Genaue Zahlen kleiner Gruppen: nur für die Fallarbeit, nicht zur Weitergabe.",
        "Exact figures of small groups: for case work alone, not to be passed on.",
    ),
    "fairness_headings": Message(
        "Merkmal|Gruppe|Bedarfe|passend|vorgeschlagen|Abdeckung|Wartetage|entschieden|abgelehnt",
        "dimension|member|needs|fitting|proposed|coverage|waiting days|decided|overruled",
    ),
    "rules_headings": Message("Schritt|Regel|Fassung|ab|bis|Quelle", "step|rule|version|from|until|source"),
    "diff_headings": Message(
        "Wirkung|Person|Bedarf|Angebot|Regel|Grund|Quelle", "effect|person|need|offer|rule|reason|source"
    ),
    "diff_empty": Message("Für niemanden ändert sich etwas.", "Nothing changes for anybody."),
    "effect_gains": Message("gewinnt", "gains"),
    "effect_loses": Message("verliert", "loses"),
    "effect_becomes_unclear": Message("wird unklar", "becomes unclear"),
    "effect_becomes_possible": Message("wird möglich", "becomes possible"),
    "E643": Message(
        "Zwei verschiedene Tage oder ein zweites Regelwerk (--pack) nennen.",
        "Name two different days, or a second rule pack (--pack).",
    ),
    "gaps_empty": Message("Keine ungedeckten Bedarfe.", "No unmet needs."),
    "E812": Message(
        "Auf diesen Anfang passen {count} Personen; nötig ist genau eine.",
        "{count} persons begin like this; exactly one is needed.",
    ),
}
