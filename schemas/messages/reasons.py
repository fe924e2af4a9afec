"""Why a person counts in a KPI, or not; ids are stable (``reason_<id>``)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "reason_contact": Message("zählt: erreichter Kontakt am Ankertag", "counts: contact on the anchor day"),
    "reason_entry_implies_contact": Message(
        "zählt: Eintritt ohne früheren Kontakt gilt als Kontakt",
        "counts: an entry without an earlier contact implies one",
    ),
    "reason_exception": Message("zählt als eingetragene Ausnahme", "counts as a recorded exception"),
    "reason_entered": Message("zählt: Eintritt im Zeitraum", "counts: entry in the period"),
    "reason_placed_new": Message("zählt: neu initiierte Maßnahme begonnen", "counts: started a new measure"),
    "reason_placed_regular": Message("zählt: Regelangebot begonnen", "counts: started a regular offer"),
    "reason_placed_both": Message("zählt: beides begonnen", "counts: started both"),
    "reason_statistics_refused": Message(
        "zählt nicht: Einwilligung zur Statistik widerrufen", "does not count: consent to statistics withdrawn"
    ),
    "reason_only_attempts": Message("zählt nicht: nur Kontaktversuche", "does not count: attempts only"),
    "reason_outside_period": Message(
        "zählt nicht: Kontakt und Eintritt außerhalb des Zeitraums",
        "does not count: contact and entry outside the period",
    ),
    "reason_no_contact": Message(
        "zählt nicht: weder Kontakt noch Eintritt", "does not count: neither contact nor entry"
    ),
    "reason_not_resident": Message("zählt nicht: wohnt nicht im Kreis", "does not count: does not live in the county"),
    "reason_not_status": Message(
        "zählt nicht: weder Duldung noch Gestattung", "does not count: neither Duldung nor Gestattung"
    ),
    "reason_not_age": Message("zählt nicht: nicht 18 bis 27 Jahre alt", "does not count: not 18 to 27 years old"),
    "reason_not_entered": Message("zählt nicht: nicht eingetreten", "does not count: not entered"),
    "reason_no_enrolment": Message("zählt nicht: in keinem Angebot", "does not count: in no offer"),
    "reason_before_entry": Message(
        "zählt nicht: Teilnahme begann vor dem Eintritt", "does not count: the enrolment began before the entry"
    ),
    "reason_not_started": Message(
        "zählt nicht: angemeldet oder wartend, nie begonnen", "does not count: registered or waiting, never started"
    ),
    "reason_only_casework": Message(
        "zählt nicht: nur Teilhabemanagement (F6)", "does not count: participation management only (F6)"
    ),
    "reason_start_outside": Message(
        "zählt nicht: Beginn außerhalb des Zeitraums", "does not count: the start lies outside the period"
    ),
    "reason_no_start_day": Message("zählt nicht: kein Beginn bekannt", "does not count: no start day known"),
    "reason_only_regular": Message("zählt nicht: nur Regelangebot", "does not count: regular offer only"),
    "reason_only_new": Message("zählt nicht: nur neue Maßnahme", "does not count: new measure only"),
    "reason_no_episode": Message("zählt nicht: keine Teilnahme bekannt", "does not count: no episode known"),
    "reason_episode_open": Message("zählt: Teilnahme läuft am Stichtag", "counts: episode runs on the day"),
    "reason_episode_over": Message("zählt nicht: Teilnahme ist beendet", "does not count: the episode is over"),
    "reason_episode_later": Message(
        "zählt nicht: Eintritt erst nach dem Stichtag", "does not count: entry after the day"
    ),
    "reason_casework_refused": Message(
        "zählt nicht: Einwilligung zur Fallarbeit widerrufen", "does not count: consent to case work withdrawn"
    ),
    "reason_post_filled": Message("Stelle ist am Stichtag besetzt", "the post is filled on the day"),
    "reason_post_not_filled": Message("Stelle ist am Stichtag nicht besetzt", "the post is not filled on the day"),
    "reason_need_unmet": Message("zählt: ungedeckt über die Frist hinaus", "counts: unmet beyond the agreed days"),
    "reason_need_later": Message(
        "zählt nicht: Bedarf erst nach dem Stichtag erfasst", "does not count: recorded after the day"
    ),
    "reason_need_closed": Message("zählt nicht: Bedarf ist geschlossen", "does not count: the need is closed"),
    "reason_need_has_seat": Message("offen, mit Platz", "open, with a seat"),
    "reason_need_has_proposal": Message("offen, mit Vorschlag", "open, with a proposal"),
    "reason_need_young": Message("offen, noch in der Frist", "open, within the agreed days"),
    "reason_run_not_delivered": Message("zählt nicht: nicht mehr geliefert", "does not count: no longer delivered"),
    "reason_run_over": Message("zählt nicht: Durchführung ist beendet", "does not count: the run is over"),
    "reason_seats_known": Message("zählt: Plätze bekannt und aktuell", "counts: seats known and fresh"),
    "reason_seats_unknown": Message("zählt nicht: Plätze unbekannt", "does not count: seats unknown"),
    "reason_seats_impossible": Message(
        "zählt nicht: mehr freie Plätze als Plätze", "does not count: more free seats than seats"
    ),
    "reason_seats_stale": Message("zählt nicht: Angabe der Plätze zu alt", "does not count: the seat count is too old"),
    "reason_offer_fresh": Message("zählt: vor Kurzem geprüft", "counts: verified lately"),
    "reason_offer_stale": Message(
        "zählt nur im Nenner: lange nicht geprüft", "counts in the denominator only: not verified lately"
    ),
    "reason_commune_reached": Message("zählt: Kontakt im Zeitraum", "counts: a contact in the period"),
    "reason_commune_not_reached": Message(
        "zählt nur im Nenner: kein Kontakt im Zeitraum", "counts in the denominator only: no contact in the period"
    ),
    "reason_meeting_held": Message(
        "zählt: Sitzung des Steuerungsgremiums im Zeitraum", "counts: meeting of the steering body in the period"
    ),
    "reason_meeting_of_others": Message(
        "zählt nicht: Sitzung eines anderen Gremiums", "does not count: meeting of another body"
    ),
    "reason_meeting_outside": Message(
        "zählt nicht: Sitzung außerhalb des Zeitraums", "does not count: meeting outside the period"
    ),
    "reason_measure_started": Message(
        "zählt: im Zeitraum begonnen, nennt einen Bedarfscluster",
        "counts: started in the period, cites a cluster of needs",
    ),
    "reason_measure_not_new": Message("zählt nicht: keine neu initiierte Maßnahme", "does not count: no new measure"),
    "reason_measure_without_cluster": Message(
        "zählt nicht: nennt keinen Bedarfscluster", "does not count: cites no cluster of needs"
    ),
    "reason_measure_outside": Message(
        "zählt nicht: Beginn außerhalb des Zeitraums oder unbekannt",
        "does not count: start outside the period or unknown",
    ),
    "reason_delivery_received": Message(
        "gelieferte Zeilen der neuesten Lieferung", "rows received in the newest delivery"
    ),
    "reason_row_rejected": Message("zählt: Zeile in Quarantäne", "counts: row in quarantine"),
    "reason_enrolment_dropped": Message("zählt: abgebrochen", "counts: dropped"),
    "reason_enrolment_kept": Message(
        "zählt nur im Nenner: begonnen oder abgeschlossen", "counts in the denominator only: started or completed"
    ),
    "E721": Message(
        "„{kpi}“ lässt sich nicht erklären. Möglich: {known}", "'{kpi}' cannot be explained. Possible: {known}"
    ),
    "E722": Message(
        "Die Erklärung ergibt {listed}, die Kennzahl {figure}: Das ist ein Fehler des Programms.",
        "The explanation lists {listed}, the figure is {figure}: this is a defect of the program.",
    ),
    "E723": Message(
        "Das Schuljahr {period} gibt es nicht. Bekannt: {known}", "There is no school year {period}. Known: {known}"
    ),
    "explain_title": Message(
        "{kpi}, Schuljahr {period} ({mode}), Stand {as_of}, Wissen {known_on}: {counted} von {everybody} "
        "bekannten Personen",
        "{kpi}, school year {period} ({mode}), as of {as_of}, known on {known_on}: {counted} of {everybody} known "
        "persons",
    ),
    "E726": Message(
        "{kpi} (Fassung {version}) zählt eine eigene Abfrage, die keine Liste mitbringt (explain: DATEI)",
        "{kpi} (version {version}) is counted by its own query, which brings no list (explain: FILE)",
    ),
    "E727": Message(
        "Am {as_of} hatte das Programm noch nicht begonnen (Beginn {starts_on}).",
        "On {as_of} the programme had not begun yet (start {starts_on}).",
    ),
    "E724": Message("Entweder --since oder --between, nicht beides.", "Either --since or --between, not both."),
    "explain_title_things": Message(
        "{kpi}, Schuljahr {period} ({mode}), Stand {as_of}, Wissen {known_on}: Zähler {counted}, {everybody} Zeilen",
        "{kpi}, school year {period} ({mode}), as of {as_of}, known on {known_on}: numerator {counted}, "
        "{everybody} rows",
    ),
    "explain_headings": Message("Grund|Anzahl|Zähler|Nenner", "reason|count|numerator|denominator"),
    "changes_title": Message(
        "{kpi}, Schuljahr {period} ({mode}): {before} am {first}, {after} am {last}",
        "{kpi}, school year {period} ({mode}): {before} on {first}, {after} on {last}",
    ),
    "changes_headings": Message("Ursache|Anzahl|Zähler|Nenner", "cause|count|numerator|denominator"),
    "changes_person_headings": Message(
        "Person|Sache|Ursache|vorher|nachher|Zähler|Nenner", "person|thing|cause|before|after|numerator|denominator"
    ),
    "cause_new": Message("neu bekannt geworden", "newly known"),
    "cause_left": Message("ausgeschieden (Widerruf oder nicht mehr bekannt)", "left (withdrawn or no longer known)"),
    "cause_corrected": Message("berichtigt oder zurückgenommen", "corrected or retracted"),
    "cause_linked_or_split": Message("Personen zusammengeführt oder getrennt", "persons linked or split"),
    "cause_redefined": Message("Kennzahl oder Einstellung geändert", "KPI or configuration redefined"),
    "cause_erased": Message("seither gelöscht", "erased since"),
    "explain_person_headings": Message(
        "Wer/Was|zählt|Grund|Tag|Quelle|Datei|Blatt|Zeile", "who/what|counts|reason|day|source|file|sheet|row"
    ),
}
