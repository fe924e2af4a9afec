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
    "page_gates": Message("Schranken", "Gates"),
    "page_messages": Message("Hinweise", "Notes"),
    "page_next": Message("Weiter", "Next"),
}
