"""Sentences of alarms (E86x): sources, days and counts; nobody's data ever."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E860": Message(
        "Die Meldung ging nicht hinaus ({way}: {kind}); beim nächsten Mal wird sie wieder versucht. "
        "Weiter: alarms in county.yaml prüfen",
        "The message did not go out ({way}: {kind}); it is tried again next time. Next: check alarms in county.yaml",
    ),
    "alarm_subject": Message("teilhabe {county}: {count} Störung(en)", "teilhabe {county}: {count} trouble(s)"),
    "alarm_head": Message(
        "Neue Störungen im {county}. Jede wird einmal gemeldet; den Stand zeigt: teilhabe status",
        "New troubles in {county}. Each is told once; the state is shown by: teilhabe status",
    ),
    "E855": Message(
        "Einen Kreis „{county}“ gibt es unter TEILHABE_COUNTIES nicht",
        "There is no county '{county}' below TEILHABE_COUNTIES",
    ),
    "alarm_count": Message("Störungen: {count}", "troubles: {count}"),
    "alarm_none": Message("Keine Störung.", "No trouble."),
    "alarm_run_failed": Message(
        "Der letzte Lauf (Stichtag {as_of}) ist gescheitert, Code {error}. Weiter: teilhabe doctor",
        "The last run (as of {as_of}) failed, code {error}. Next: teilhabe doctor",
    ),
    "alarm_run_died": Message(
        "Der letzte Lauf (Stichtag {as_of}) brach ab: sein Prozess ist fort. Weiter: teilhabe sync --direct",
        "The last run (as of {as_of}) broke off: its process is gone. Next: teilhabe sync --direct",
    ),
    "alarm_release_ahead": Message(
        "Der gezeigte Stand {as_of} liegt nach dem heutigen Tag ({today}); bis dahin beginnt kein Nachtlauf. "
        "Weiter: die Uhr prüfen, teilhabe doctor",
        "The state shown, {as_of}, lies after today ({today}); until then no night begins. "
        "Next: check the clock, teilhabe doctor",
    ),
    "alarm_did_not_run": Message(
        "Seit mehr als {hours} Stunden gab es keinen Lauf (letzter: {last}). Weiter: teilhabe sync --direct",
        "There was no run for more than {hours} hours (last: {last}). Next: teilhabe sync --direct",
    ),
    "alarm_gate_closed": Message(
        "Für den Stichtag {as_of} ist eine Schranke geschlossen; nichts veröffentlicht. Weiter: teilhabe status",
        "A gate is closed for {as_of}; nothing is published. Next: teilhabe status",
    ),
    "alarm_gate_closed_source": Message(
        "Eine Lieferung von {source} wartet oder ist abgelehnt; nichts veröffentlicht. "
        "Weiter: teilhabe source check {source}",
        "A delivery of {source} waits or is refused; nothing is published. Next: teilhabe source check {source}",
    ),
    "alarm_source_unreadable": Message(
        "Von {source} ist keine lesbare Lieferung da. Weiter: teilhabe source check {source}",
        "There is no readable delivery of {source}. Next: teilhabe source check {source}",
    ),
    "alarm_source_overdue": Message(
        "{source} ist überfällig: seit {days} Tagen nichts Neues, erwartet alle {every} Tage. "
        "Weiter: beim Lieferanten nachfragen",
        "{source} is overdue: nothing new for {days} days, expected every {every} days. Next: ask the supplier",
    ),
    "alarm_rejects_high": Message(
        "{rejected} von {rows} Zeilen von {source} sind abgewiesen. Weiter: teilhabe quarantine feedback {source}",
        "{rejected} of {rows} rows of {source} are rejected. Next: teilhabe quarantine feedback {source}",
    ),
    "alarm_handout_failed": Message(
        "Arbeitsmappen (Stand {as_of}) sind nicht ausgeliefert, Code {error}, Versuche: {tries}. "
        "Weiter: teilhabe match workbooks --deliver",
        "Workbooks (as of {as_of}) are not handed out, code {error}, tries: {tries}. "
        "Next: teilhabe match workbooks --deliver",
    ),
    "alarm_config_invalid": Message(
        "Die Konfiguration hat Fehler; kein Nachtlauf beginnt. Weiter: teilhabe doctor",
        "The configuration has mistakes; no night begins. Next: teilhabe doctor",
    ),
    "alarm_database_silent": Message(
        "Die Datenbank antwortet nicht ({error}). Weiter: teilhabe db status",
        "The database does not answer ({error}). Next: teilhabe db status",
    ),
}
