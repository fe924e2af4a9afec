"""Sentences about the orchestrator (E85x) and its pages."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E851": Message(
        "Der Prefect-Server antwortet nach {seconds} Sekunden nicht. Weiter: state/orchestrator/server.log ansehen",
        "The Prefect server does not answer after {seconds} seconds. Next: look at state/orchestrator/server.log",
    ),
    "E852": Message(
        "Prefect nahm die Anmeldung nicht an (Code {code}). Weiter: state/orchestrator/{log} ansehen",
        "Prefect did not accept the deployment (code {code}). Next: look at state/orchestrator/{log}",
    ),
    "E853": Message(
        "PREFECT_API_URL nennt keinen Server. Weiter: PREFECT_API_URL setzen, oder teilhabe serve",
        "PREFECT_API_URL names no server. Next: set PREFECT_API_URL, or teilhabe serve",
    ),
    "E854": Message(
        "Prefect beendete den Lauf ohne Ergebnis. Weiter: teilhabe sync --direct",
        "Prefect ended the run without a result. Next: teilhabe sync --direct",
    ),
    "E856": Message(
        "Unter „{folder}“ liegt kein Kreis (Unterordner mit county.yaml). "
        "Weiter: --counties ORDNER oder TEILHABE_COUNTIES setzen",
        "There is no county (a subfolder with county.yaml) below '{folder}'. Next: --counties FOLDER or set "
        "TEILHABE_COUNTIES",
    ),
    "E857": Message(
        "Der Schlüssel {key} steht in mehreren Ordnern; ihre Zeilen würden sich mischen, keiner läuft. "
        "Weiter: county.key in einem von ihnen ändern",
        "The key {key} stands in several folders; their rows would mix, none of them runs. "
        "Next: change county.key in one of them",
    ),
    "E858": Message(
        "Der Prozess des Kreises endete ohne Antwort. Weiter: teilhabe --config ORDNER doctor",
        "The county's process ended without an answer. Next: teilhabe --config FOLDER doctor",
    ),
    "E859": Message(
        "Port {port} auf 127.0.0.1 ist belegt (läuft teilhabe serve schon?). Weiter: --port und --admin-port wählen",
        "Port {port} on 127.0.0.1 is taken (does teilhabe serve run already?). Next: choose --port and --admin-port",
    ),
    "E861": Message(
        "Prefect antwortet nicht; der Lauf ging ohne seine Anzeige weiter. Weiter: den Prefect-Server ansehen, dann "
        "teilhabe doctor --fix",
        "Prefect does not answer; the run went on without being shown there. Next: look at the Prefect server, then "
        "teilhabe doctor --fix",
    ),
    "fleet_progress": Message(
        "{number}/{count}  {county}  Exit {ending}  ({seconds} s)",
        "{number}/{count}  {county}  exit {ending}  ({seconds} s)",
    ),
    "fleet_headings": Message("Kreis|Ergebnis|Exit|Sekunden|Grund", "county|result|exit|seconds|reason"),
    "fleet_state_headings": Message(
        "Kreis|Stand|Tage alt|offene Zeilen|Störungen|Weiter", "county|as of|days old|open rows|troubles|next"
    ),
    "fleet_kpi_headings": Message(
        "Schuljahr|Kennzahl|Kreise|Zähler|Nenner|Anteil", "year|KPI|counties|numerator|denominator|share"
    ),
    "fleet_sum": Message("{count} Kreise in {seconds} s: {statuses}", "{count} counties in {seconds} s: {statuses}"),
    "fleet_title": Message("Nacht von {count} Kreisen", "The night of {count} counties"),
    "fleet_page_headings": Message("Kreis|Ergebnis|Meldung", "county|result|message"),
    "fleet_ended": Message(
        "{count} Kreise, davon {failed} nicht abgeschlossen", "{count} counties, {failed} not completed"
    ),
    "fleet_late": Message("nach acht Stunden nicht fertig", "not ready after eight hours"),
    "fleet_state_completed": Message("fertig", "done"),
    "fleet_state_failed": Message("gescheitert", "failed"),
    "fleet_state_crashed": Message("abgestürzt", "crashed"),
    "fleet_state_cancelled": Message("nicht begonnen (anderer Lauf)", "not begun (another run)"),
    "fleet_state_late": Message("nicht fertig", "not ready"),
    "fleet_published": Message("veröffentlicht", "published"),
    "fleet_published_with_rejects": Message("veröffentlicht, mit Abweisungen", "published, with rejects"),
    "fleet_blocked": Message("Schranke geschlossen", "gate closed"),
    "fleet_nothing_new": Message("nichts Neues", "nothing new"),
    "fleet_failed": Message("gescheitert", "failed"),
    "fleet_done": Message("gelesen", "read"),
    "serve_ready": Message(
        "Bereit. Oberfläche: {ui}  Warehouse: {warehouse}  (Ende mit Strg-C)",
        "Ready. User interface: {ui}  warehouse: {warehouse}  (end with Ctrl-C)",
    ),
    "serve_deployments": Message("Angemeldet: {names}", "Registered: {names}"),
    "serve_ended": Message("Beendet.", "Ended."),
    "deploy_done": Message(
        "Angemeldet auf dem Pool „{pool}“: {names}. Weiter: prefect worker start --pool {pool}",
        "Registered on pool '{pool}': {names}. Next: prefect worker start --pool {pool}",
    ),
    "check_dead_runs": Message("Tote Läufe", "dead runs"),
    "check_dead_runs_detail": Message(
        "geschlossen: {own} im Warehouse, {shown} in Prefect", "closed: {own} in the warehouse, {shown} in Prefect"
    ),
    "progress_day": Message("Tag {number} von {count}: {as_of}", "day {number} of {count}: {as_of}"),
    "progress_done": Message("fertig", "done"),
    "page_failed": Message("Gescheitert: nichts Neues veröffentlicht", "Failed: nothing new is published"),
    "page_failed_readers": Message(
        "Leser sehen weiter den letzten veröffentlichten Stand. Der nächste Lauf setzt fort, was geladen ist.",
        "Readers still see the last published state. The next run goes on with what is loaded.",
    ),
    "page_run": Message("Lauf `{run_id}`, Stichtag **{as_of}**", "Run `{run_id}`, as of **{as_of}**"),
    "page_deliveries": Message("Lieferungen", "Deliveries"),
    "page_open_rows": Message("Offene Zeilen in Quarantäne: **{count}**", "Open rows in quarantine: **{count}**"),
    "page_gates": Message("Schranken", "Gates"),
    "page_messages": Message("Hinweise", "Notes"),
    "page_next": Message("Weiter", "Next"),
}
