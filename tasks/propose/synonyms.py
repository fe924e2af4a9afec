"""What offices call the canonical columns, in German and English; one line a column, names split by ``|``.

Only names seen in real lists or in forms of the field; the county's own sources are learned beside them.
"""

from typing import Final

_PERSON: Final = {
    "person_id": "Fallnummer|Fall-Nr|Fallnr|Aktenzeichen|AZ|Personennummer|Personen-ID|Person ID|Personalnummer TN|TN-Nr|"
    "TN-ID|Teilnehmernummer|Teilnehmer-ID|Kundennummer|Kd-Nr|Klientennummer|Klient ID|case id|case number|client id|"
    "participant id|person|Fallnummer Kreis|Kennung",
    "last_name": "Nachname|Name|Familienname|Zuname|last name|surname|family name|Nachn|Fam-Name",
    "first_name": "Vorname|Vornamen|Rufname|first name|given name|forename|Vorn",
    "birth_date": "Geburtsdatum|geb|geb am|Geb-Datum|Gebdat|Geburtstag|geboren|geboren am|date of birth|dob|birth date|birthday",
    "ags": "AGS|Gemeindeschlüssel|Amtlicher Gemeindeschlüssel|Gemeinde|Wohnort|Wohngemeinde|Ort|Stadt|Kommune|"
    "municipality|commune|city|town|Zuweisungsgemeinde|Stadt Gemeinde",
}

SYNONYMS: Final[dict[str, dict[str, str]]] = {
    "participants": {
        **_PERSON,
        "person_id": _PERSON["person_id"] + "|Nr|lfd Nr|Nummer|ID|no",
        "sex": "Geschlecht|Geschl|m w d|w m d|sex|gender|Anrede",
        "nationality": "Staatsangehörigkeit|Staatsang|StA|Nationalität|Herkunftsland|Herkunft|nationality|citizenship|country of origin",
        "residence_status": "Aufenthaltsstatus|Aufenthaltstitel|Aufenthalt|Status|Aufenthaltsrecht|Titel|Aufenth-Status|"
        "residence status|residence permit|legal status|Aufenthaltsrechtlicher Status",
        "status_from": "Status seit|Status ab|Titel seit|gültig ab|status from|status since|erteilt am",
        "status_until": "Status bis|gültig bis|Titel bis|befristet bis|status until|valid until|Ablauf",
        "ags_from": "wohnhaft seit|Zuzug am|Zuzug|moved in|Umzug am",
        "postcode": "PLZ|Postleitzahl|postcode|zip|postal code|zip code",
        "caseworker": "Teilhabemanagerin|Teilhabemanager|Teilhabemanagement|Sachbearbeiter|Sachbearbeitung|SB|Betreuer|Betreuung durch|"
        "Ansprechpartner|zuständig|caseworker|case manager|Berater|THM",
        "email": "E-Mail|Mail|E-Mail-Adresse|Mailadresse|email|e-mail address",
        "phone": "Telefon|Tel|Telefonnummer|Handy|Mobil|Mobilnummer|Rufnummer|phone|mobile|telephone",
        "exception_reason": "Ausnahme|Ausnahmegrund|Begründung Ausnahme|exception reason",
        "exception_approved_by": "Ausnahme genehmigt durch|Ausnahme genehmigt von|exception approved by",
        "exception_from": "Ausnahme ab|Ausnahme seit|exception from",
    },
    "contacts": {
        "person_id": _PERSON["person_id"],
        "contact_on": "Kontakt am|Kontaktdatum|Datum des Kontakts|Datum|Gespräch am|Gesprächsdatum|Termin|Beratung am|Erstkontakt|"
        "Erstkontakt am|date of contact|contact date|date|Tag|am|Kontakt",
        "channel": "Kontaktart|Art des Kontakts|Art|Kontaktform|Kanal|Form|Weg|channel|contact type|type of contact|how|Kontakt Art",
        "two_way": "Rückmeldung|erreicht|beantwortet|Gespräch zustande gekommen|wechselseitig|two way|answered|reached|Antwort",
        "caseworker": "Teilhabemanagerin|Teilhabemanager|Mitarbeiterin|Mitarbeiter|MA|Sachbearbeiter|Berater|durch|wer|caseworker|staff|geführt von",
        "outcome": "Ergebnis|Gesprächsergebnis|Bemerkung|Notiz|Anlass|outcome|result|note",
    },
    "episodes": {
        "person_id": _PERSON["person_id"],
        "entered_on": "Eintritt|Eintritt am|Eintrittsdatum|Programmeintritt|Aufnahme am|Aufnahmedatum|Aufnahme|Beginn der Betreuung|"
        "Betreuung seit|Betreuungsbeginn|entered|entered on|entry date|enrolled on|start of support|Teilnahme ab|Zugang|im Programm seit",
        "left_on": "Austritt|Austritt am|Austrittsdatum|Ende der Betreuung|Betreuungsende|Betreuung bis|ausgeschieden am|"
        "left on|exit date|exit|Abgang|Teilnahme bis|im Programm bis",
        "exit_reason": "Austrittsgrund|Grund des Austritts|Abgangsgrund|Beendigungsgrund|exit reason|reason for leaving",
        "consent_on": "Einwilligung|Einwilligung am|Einwilligungserklärung|Einwilligung Datum|Datenschutz unterschrieben am|consent|consent on|"
        "consent date|DSGVO",
    },
    "consents": {
        "person_id": _PERSON["person_id"],
        "purpose": "Zweck|Einwilligungszweck|purpose",
        "given_on": "Einwilligung erteilt am|erteilt am|given on|consent given on|Einwilligung Statistik|Einwilligung Statistik am|"
        "Einwilligung Betreuung am|Einwilligung Weitergabe am",
        "withdrawn_on": "Widerruf|Widerruf am|widerrufen am|withdrawn on|Widerruf Statistik am|Widerruf Betreuung am",
        "expires_on": "Einwilligung gültig bis|läuft ab am|expires on",
    },
    "needs": {
        "need_id": "Bedarfsnummer|Bedarfs-Nr|Bedarf Nr|Bedarf-ID|need id|Nr|lfd Nr|ID|Nummer|no",
        "person_id": _PERSON["person_id"],
        "category": "Bedarf|Bedarfsart|Art des Bedarfs|Unterstützungsbedarf|Förderbedarf|gewünscht|Wunsch|category|need|type of need",
        "target_level": "Zielniveau|Ziel-Niveau|Niveau Ziel|Sprachziel|target level",
        "current_level": "Sprachstand|Sprachniveau|aktuelles Niveau|Niveau aktuell|Deutschkenntnisse|current level|language level",
        "priority": "Priorität|Prio|Dringlichkeit|priority|urgency",
        "hours_max": "Stunden je Woche höchstens|max Stunden|Wochenstunden max|hours max|max hours|Umfang max",
        "childcare": "Kinderbetreuung nötig|Kinderbetreuung|Kinderbetreuung erforderlich|childcare|childcare needed",
        "part_time": "nur Teilzeit|Teilzeit|part time|part-time",
        "radius_km": "Umkreis in km|Umkreis|max Entfernung|Entfernung km|radius|radius km|distance",
        "recorded_on": "Erfasst am|Erfassungsdatum|aufgenommen am|Datum|gemeldet am|recorded on|recorded|erhoben am|Stand",
        "closed_on": "Erledigt am|erledigt|geschlossen am|abgeschlossen am|closed on|closed",
        "closing_reason": "Erledigt durch|Erledigungsgrund|Abschlussgrund|closing reason",
    },
    "offers": {
        "offer_id": "Angebotsnummer|Angebots-Nr|Angebot Nr|Kursnummer|Kurs-Nr|Kursnr|Kurs-ID|Maßnahmenummer|Maßnahme-Nr|"
        "offer id|course id|course number|Nr|lfd Nr|ID|Nummer|no",
        "run_id": "Durchführung|Durchgang|Durchführungsnummer|Kursdurchgang|run id|run|Termin-Nr|Lauf",
        "provider": "Träger|Anbieter|Bildungsträger|Maßnahmeträger|Veranstalter|provider|organisation|Kursträger|Institution",
        "title": "Titel|Bezeichnung|Angebot|Kurs|Kurstitel|Maßnahme|Kursbezeichnung|Name des Angebots|title|course|offer|course title|Angebotsname",
        "kind": "Angebotsart|Art|Kursart|Art des Angebots|Maßnahmeart|Typ|Kategorie|kind|type|course type",
        "module": "Finanzierung|Förderbaustein|Baustein|Modul|Förderung|Kostenträger|module|funding|Programmbaustein",
        "ags": "Gemeindeschlüssel|AGS|Ort|Kursort|Veranstaltungsort|Standort|Gemeinde|place|location|municipality|city",
        "mode": "Form|Unterrichtsform|Durchführungsform|Kursform|Präsenz Online|mode|delivery mode",
        "starts_on": "Beginn|Start|Startdatum|Kursbeginn|Beginn am|von Datum|start date|starts on|ab",
        "ends_on": "Ende|Enddatum|Kursende|Ende am|bis Datum|end date|ends on",
        "weekdays": "Wochentage|Tage|Tag|weekdays|days",
        "from_time": "von|Uhrzeit von|Beginn Uhrzeit|from|from time|start time",
        "to_time": "bis|Uhrzeit bis|Ende Uhrzeit|to|to time|end time",
        "hours_week": "Stunden je Woche|Wochenstunden|Std pro Woche|Std Woche|UE pro Woche|hours per week|hours week",
        "seats_max": "Plätze|Platzzahl|Plätze gesamt|max TN|Teilnehmerzahl max|Kapazität|seats|capacity|max participants|Plaetze ges",
        "seats_min": "Mindestzahl|Mindestteilnehmerzahl|min TN|min participants",
        "seats_free": "freie Plätze|Plätze frei|frei|verfügbar|verfügbare Plätze|free seats|available|vacancies",
        "seats_as_of": "Stand der Plätze|Stand|Plätze Stand|seats as of|as of",
        "entry_level": "Eingangsniveau|Einstiegsniveau|Voraussetzung Niveau|Niveau von|entry level|Sprachniveau Einstieg",
        "target_level": "Zielniveau|Niveau Ziel|Niveau bis|target level|Ziel",
        "min_age": "Alter von|Mindestalter|min Alter|min age",
        "max_age": "Alter bis|Höchstalter|max Alter|max age",
        "part_time": "Teilzeit|part time|part-time",
        "childcare": "Kinderbetreuung|childcare|mit Kinderbetreuung",
        "cost_eur": "Kosten in Euro|Kosten|Preis|Gebühr|Eigenanteil|Teilnahmegebühr|cost|fee|price|Kosten EUR",
        "module_from": "Förderung ab|Baustein ab|module from",
        "need_cluster": "Bedarfscluster|need cluster|Bedarfsbündel",
        "verified_on": "geprüft am|aktualisiert am|letzte Prüfung|verified on|updated|last update|Stand der Angaben",
    },
    "enrolments": {
        "enrolment_id": "Anmeldenummer|Anmelde-Nr|Anmeldung Nr|Teilnahme-ID|Teilnahmenummer|Teilnahme-Nr|Vertragsnummer|enrolment id|"
        "enrollment id|registration no|Nr|lfd Nr|ID|Nummer|no",
        "offer_id": "Angebotsnummer|Angebot|Kurs|Kursnummer|Kurs-Nr|Maßnahme|Maßnahmenummer|Maßnahme-Nr|course|course id|course no|offer|offer id",
        "run_id": "Kursdurchgang|Durchführung|Durchgang|run|run id|Lauf",
        **_PERSON,
        "state": "Status|Stand|Kursstatus|Teilnahmestatus|Anmeldestatus|state|status|enrolment status|TN-Status|Teilnahme Stand",
        "starts_on": "Beginn|Kursbeginn|Start|Startdatum|Eintritt|Teilnahme ab|Teilnahmebeginn|von|start date|starts on|from|Beginn am",
        "ends_on": "Ende|Kursende|Austritt|Teilnahme bis|Teilnahmeende|bis|end date|ends on|to|until|Ende am",
        "reason": "Grund|Abbruchgrund|Abbruch Grund|Bemerkung|reason|drop-out reason",
    },
    "staff": {
        "staff_id": "Personalnummer|Personal-Nr|Mitarbeiter-ID|Mitarbeiternummer|staff id|Kürzel|Nr|ID|employee id",
        "role": "Rolle|Funktion|Tätigkeit|Aufgabe|role|function|position",
        "fte": "Stellenanteil|VZÄ|Vollzeitäquivalent|Stelle|FTE|full time equivalent|Stellenumfang|Anteil",
        "name": "Name|Mitarbeiter|Mitarbeiterin|staff name",
        "team": "Team|Sachgebiet|Abteilung|Standort|unit",
        "valid_from": "gültig ab|ab|seit|beschäftigt ab|von|Beginn|valid from|from|since|tätig seit",
        "valid_until": "gültig bis|bis|beschäftigt bis|Ende|valid until|until|tätig bis",
    },
    "network_contacts": {
        "contact_id": "Kontaktnummer|Kontakt-Nr|Besuchsnummer|contact id|Nr|lfd Nr|ID|no",
        "contact_on": "Datum|Besuch am|Kontakt am|Gespräch am|date|visited on|Termin",
        "partner_kind": "Art des Partners|Partnerart|Art|Gruppe|partner kind|partner type",
        "ags": "Gemeindeschlüssel|AGS|Kommune|Gemeinde|Ort|Stadt|municipality|commune|Stadt Gemeinde",
        "partner": "Partner|Netzwerkpartner|Gesprächspartner|Einrichtung|Organisation|partner|organisation|besucht",
        "format": "Format|Form|Art des Treffens|format",
    },
    "meetings": {
        "meeting_id": "Sitzungsnummer|Sitzung|Sitzungs-Nr|Nr|lfd Nr|ID|meeting id|no",
        "body": "Gremium|Kreis|Runde|body|committee|board",
        "held_on": "Sitzung am|Datum|Sitzungsdatum|Termin|held on|date|Tag",
        "format": "Format|Form|Ort|format",
        "decisions": "Beschlüsse|Beschluss|Ergebnis|Ergebnisse|decisions|results",
    },
    "decisions": {
        "proposal_id": "Vorschlag|Vorschlagsnummer|Vorschlags-Nr|proposal|proposal id",
        "decision": "Entscheidung|entschieden|decision",
        "reason": "Grund|Begründung|reason",
        "decided_by": "entschieden durch|entschieden von|durch|decided by|Name",
        "decided_on": "entschieden am|Datum|decided on|date",
    },
}


def names_of(kind: str, column: str) -> tuple[str, ...]:
    """Return the known names of a canonical column, its own name among them."""
    listed = SYNONYMS.get(kind, {}).get(column, "")
    return (column.replace("_", " "), *(name for name in listed.split("|") if name))
