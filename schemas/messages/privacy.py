"""Sentences of the rights of persons concerned, the record of processing, and keys."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E836": Message(
        "Gesperrt: die Einwilligung für {purpose} besteht am {day} nicht ({state})",
        "Blocked: the consent to {purpose} does not stand on {day} ({state})",
    ),
    "privacy_written": Message("Geschrieben: {file}", "Written: {file}"),
    "consent_headings": Message(
        "Zweck|Stand|gegeben am|gilt bis|widerrufen am", "purpose|state|given on|valid until|withdrawn on"
    ),
    "consents_empty": Message("Keine Einwilligungen.", "No consents."),
    "contact_headings": Message("E-Mail|Telefon", "e-mail|telephone"),
    "record_headings": Message("Quelle|Lieferant|personenbezogene Spalten", "source|supplier|personal columns"),
    "keys_headings": Message("Datei|Kennung|Rechte|vom", "file|id|mode|made on"),
    "keys_rotated": Message("Schlüssel {name} ist gewechselt.", "Key {name} is rotated."),
    "subject_title": Message("Auskunft zu {person}, {county}", "Report on {person}, {county}"),
    "subject_consents": Message("Einwilligungen", "Consents"),
    "subject_rights_head": Message("Ihre Rechte", "Your rights"),
    "subject_rights": Message(
        "Sie können Berichtigung, Löschung und Einschränkung verlangen, einer Einwilligung jederzeit widersprechen und "
        "sich bei der Aufsichtsbehörde beschweren. Vorschläge der Vermittlung entscheidet immer ein Mensch (Art. 22).",
        "You may ask for rectification, erasure and restriction, withdraw a consent at any time and complain to the "
        "supervisory authority. A person always decides about proposed seats (Art. 22).",
    ),
    "record_title": Message(
        "Verzeichnis von Verarbeitungstätigkeiten: {programme}, {county}",
        "Record of processing activities: {programme}, {county}",
    ),
    "record_purposes": Message("Zwecke", "Purposes"),
    "record_recipients": Message("Empfänger", "Recipients"),
    "record_sources": Message("Herkunft der Daten", "Where the data comes from"),
    "record_retention": Message("Löschfristen", "Retention"),
    "record_persons_head": Message("Betroffene", "Persons concerned"),
    "record_persons": Message(
        "Menschen von 18 bis 27 Jahren mit Duldung oder Aufenthaltsgestattung, Fachkräfte des Teilhabemanagements",
        "People of 18 to 27 with Duldung or Aufenthaltsgestattung; staff of the participation management",
    ),
    "record_third_head": Message("Drittländer", "Third countries"),
    "record_third_countries": Message("keine Übermittlung", "no transfer"),
    "record_measures": Message("Schutzmaßnahmen", "Measures"),
    "purpose_casework": Message("Beratung und Vermittlung in Angebote", "Counselling and placement"),
    "purpose_statistics": Message("Kennzahlen für das Land", "Figures for the state"),
    "purpose_steering": Message("Steuerung durch den Kreis (Aggregate)", "Steering by the county (aggregates)"),
    "measure_1": Message(
        "Namen nur im Tresor, Zeilenschutz je Kreis", "Names in the vault alone, row security by county"
    ),
    "measure_2": Message("Pseudonyme je Empfänger mit Schlüssel", "Keyed pseudonyms by recipient"),
    "measure_3": Message("Geheimhaltung in Veröffentlichungen", "Disclosure control in what is published"),
    "measure_4": Message("Protokoll, das nur wächst", "An audit that only grows"),
    "measure_5": Message(
        "Löschung mit Nachweis, Fristen je Datenart", "Erasure with proof, a period for each kind of data"
    ),
}
