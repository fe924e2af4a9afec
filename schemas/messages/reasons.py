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
    "reason_other_cohort": Message(
        "zählt nicht: Ankertag liegt in einem anderen Schuljahr",
        "does not count: the anchor day lies in another school year",
    ),
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
    "E721": Message(
        "„{kpi}“ zählt keine Personen und lässt sich nicht nach Personen erklären. Möglich: {known}",
        "'{kpi}' counts no persons and cannot be explained by person. Possible: {known}",
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
    "explain_headings": Message("Grund|Personen", "reason|persons"),
    "explain_person_headings": Message(
        "Person|zählt|Grund|Tag|Quelle|Datei|Blatt|Zeile", "person|counts|reason|day|source|file|sheet|row"
    ),
}
