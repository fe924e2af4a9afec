"""What a case manager's workbook says; columns of a table are separated by ``|``."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E690": Message(
        "Keine Quelle liest Arbeitsmappen zurück: es fehlt eine mit „format: {{type: excel}}“, Entscheidungen und "
        "einem Dateinamen mit * und .xlsx (Vorbild: config/paderborn/sources/arbeitsmappen.yaml).",
        "No source reads workbooks back: one is missing with 'format: {{type: excel}}', decisions and a name "
        "with a * and .xlsx (an example: config/paderborn/sources/arbeitsmappen.yaml).",
    ),
    "E691": Message(
        "Niemand mit diesem Namen hat Vorschläge oder offene Bedarfe (Schreibweise wie in der Lieferung)",
        "Nobody of this name has proposals or open needs (spelt as in the delivery)",
    ),
    "E692": Message("Beim Ausliefern der Arbeitsmappen: {kind}", "While handing out workbooks: {kind}"),
    "E694": Message(
        "In county.yaml steht nicht, wohin Arbeitsmappen gehen (outbox: {{url: …}})",
        "county.yaml does not say where workbooks go (outbox: {{url: …}})",
    ),
    "check_outbox": Message("Ausgang", "outbox"),
    "handout_done": Message("Arbeitsmappen ausgeliefert: {count}.", "Workbooks handed out: {count}."),
    "handout_failed": Message(
        "Arbeitsmappen noch nicht alle ausgeliefert, der nächste Lauf versucht es wieder. {why}",
        "Workbooks not all handed out yet, the next run tries again. {why}",
    ),
    "handout_subject": Message("teilhabe: Ihre Liste liegt bereit", "teilhabe: your list is ready"),
    "handout_mail": Message(
        "Ihre Liste liegt bereit:\n{place}\n\nStand {as_of}; Vorschläge zur Entscheidung: {proposals}, "
        "Fälle ohne Vorschlag: {waiting}.\nDiese Nachricht nennt mit Absicht niemanden; bitte nicht darauf antworten.",
        "Your list is ready:\n{place}\n\nAs of {as_of}; proposals to decide on: {proposals}, cases without one: "
        "{waiting}.\nThis message names nobody on purpose; please do not reply to it.",
    ),
    "casework_written": Message(
        "{file}: {proposals} Vorschläge, {waiting} Bedarfe ohne Vorschlag, {changes} Änderungen",
        "{file}: {proposals} proposals, {waiting} needs without a proposal, {changes} changes",
    ),
    "casework_back": Message(
        "Ausgefüllt zurück unter demselben Namen nach {place}: die nächste Nacht liest die Entscheidungen (Quelle "
        "{source}).",
        "Filled in, put it under the same name to {place}: the next night reads the decisions (source {source}).",
    ),
    "casework_nothing": Message("Keine Vorschläge und keine offenen Bedarfe.", "No proposals and no open needs."),
    "casework_nobody": Message("ohne Zuständigkeit", "nobody"),
    "casework_sheet_proposals": Message("Vorschläge", "Proposals"),
    "casework_sheet_waiting": Message("Ohne Vorschlag", "Without a proposal"),
    "casework_sheet_changes": Message("Was sich geändert hat", "What changed"),
    "casework_sheet_notes": Message("Hinweise", "Notes"),
    "casework_head_proposals": Message(
        "Fall|Bedarf|Angebot|Beginn|freie Plätze|Plätze vom|entscheiden bis|dafür|dagegen, zu klären|Hinweise|"
        "vorgeschlagen am",
        "Case|Need|Offer|Starts|Free seats|Seats as of|Decide by|For|Against, to check|Notes|Proposed on",
    ),
    "casework_head_waiting": Message(
        "Fall|Bedarf|erfasst am|Tage offen|geprüfte Durchgänge|was im Weg steht (Anzahl Durchgänge)",
        "Case|Need|Recorded on|Days open|Runs checked|What stands in the way (number of runs)",
    ),
    "casework_head_changes": Message(
        "am|Fall|Bedarf|Angebot|was geschah|Grund", "On|Case|Need|Offer|What happened|Reason"
    ),
    "casework_need": Message("{category}{level}\nBedarf {need}{urgent}", "{category}{level}\nneed {need}{urgent}"),
    "casework_urgent": Message(", dringlich", ", urgent"),
    "casework_unclear": Message("Unklar seit {day}: {reason}", "Unclear since {day}: {reason}"),
    "casework_now": Message("sofort", "at once"),
    "casework_fits": Message("passt, Plätze vergeben oder zugesagt", "fits, seats taken or promised"),
    "casework_unknown": Message(
        "Angaben fehlen, bitte beim Träger klären", "facts are missing, please ask the provider"
    ),
    "casework_no_offer": Message("kein Angebot dieser Art in der Liste", "no offer of this kind on the list"),
    "casework_state_proposed": Message("neu vorgeschlagen", "newly proposed"),
    "casework_state_unclear": Message("als unklar zurückgegeben", "handed back as unclear"),
    "casework_state_accepted": Message("angenommen", "accepted"),
    "casework_state_rejected": Message("abgelehnt", "rejected"),
    "casework_state_expired": Message("erledigt, kein Vorschlag mehr", "over, no longer proposed"),
    "casework_note_title": Message("Arbeitsmappe {caseworker}", "Workbook of {caseworker}"),
    "casework_note_day": Message(
        "{county} · Stand {as_of} · Änderungen seit {since}", "{county} · as of {as_of} · changes since {since}"
    ),
    "casework_note_decide": Message(
        "Jeder Vorschlag ist ein Vorschlag: Sie entscheiden. Auf dem Blatt „{sheet}“ sind nur die gelben Zellen offen: "
        "Entscheidung auswählen ({words}), Grund eintragen, Namen prüfen, Tag eintragen (Strg + . setzt in Excel den "
        "heutigen). Zeilen ohne Entscheidung bleiben, wie sie sind.",
        "Every proposal is a proposal: you decide. On sheet '{sheet}' only the yellow cells are open: choose a "
        "decision ({words}), enter a reason, check the name, enter the day (Ctrl + ; sets today's in Excel). "
        "Rows without a decision stay as they are.",
    ),
    "casework_note_back": Message(
        "Danach speichern und unter demselben Dateinamen zurücklegen. Die nächste Nacht liest die Entscheidungen; eine "
        "Zeile, die nicht stimmt, steht mit Ort und Grund in der Quarantäne, die anderen gelten.",
        "Then save and put it back under the same file name. The next night reads the decisions; a row that is not "
        "right stands in quarantine with place and reason, the others hold.",
    ),
    "casework_note_unclear": Message(
        "„unklar“: kontaktiert oder noch zu klären. Der Vorschlag bleibt offen, der Platz vorgemerkt.",
        "'unclear': contacted or still to be settled. The proposal stays open, the seat reserved for it.",
    ),
    "casework_note_care": Message(
        "Enthält Angaben zu Personen: nur für die Fallarbeit, nicht weiterleiten, nach der Rückgabe löschen.",
        "Holds facts about persons: for case work alone, do not pass on, delete after handing it back.",
    ),
    "casework_wrong_decision": Message("Bitte aus der Liste wählen.", "Please choose from the list."),
    "casework_wrong_day": Message("Bitte einen Tag eintragen, z. B. {day}.", "Please enter a day, such as {day}."),
}
