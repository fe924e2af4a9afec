"""What the steering report says; columns of a table are separated by ``|``."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "report_title": Message("{programme}, Schuljahr {period}", "{programme}, school year {period}"),
    "report_headline": Message("Zeitraum {begin} bis {end} · Stand {as_of}", "Period {begin} to {end} · as of {as_of}"),
    "report_state_draft": Message("Entwurf", "Draft"),
    "report_state_sealed": Message("Gesiegelt", "Sealed"),
    "report_state_reissued": Message("Neu ausgegeben", "Re-issued"),
    "report_result": Message("Ergebnis zu Ziel 4", "Result on goal 4"),
    "report_goal4_1": Message(
        "Es konnten {contacted} Personen der primären und sekundären Zielgruppe kontaktiert werden.",
        "{contacted} persons of the primary and secondary target group were contacted.",
    ),
    "report_goal4_2": Message(
        "Davon sind {entered} Personen in das Programm eingetreten. Dies entspricht {entry_rate}.",
        "Of these, {entered} persons entered the programme. That is {entry_rate}.",
    ),
    "report_goal4_3": Message(
        "Von den {entered} eingetretenen Personen wurden {placed_new} Personen in neu initiierte Maßnahmen und "
        "{placed_regular} Personen in bestehende Regelangebote vermittelt; {placed_both} Personen nahmen an beidem "
        "teil.",
        "Of the {entered} persons who entered, {placed_new} were placed in newly initiated measures and "
        "{placed_regular} in existing regular offers; {placed_both} took part in both.",
    ),
    "report_goal4_4": Message(
        "Damit wurden insgesamt {placed_new} + {placed_regular} − {placed_both} = {placed} Personen vermittelt. "
        "Dies entspricht {placement_rate}.",
        "In all, {placed_new} + {placed_regular} − {placed_both} = {placed} persons were placed. "
        "That is {placement_rate}.",
    ),
    "report_goal4_met": Message(
        "Die angestrebten Quoten von Eintritt und Vermittlung wurden erreicht.",
        "The targets for entry and placement were met.",
    ),
    "report_goal4_missed": Message(
        "Die angestrebten Quoten von Eintritt und Vermittlung wurden nicht vollständig erreicht.",
        "The targets for entry and placement were not all met.",
    ),
    "report_bridge": Message(
        "Brücke: {placed_new} in neuen Maßnahmen + {placed_regular} in Regelangeboten − {placed_both} in beidem = "
        "{placed} vermittelte Personen",
        "Bridge: {placed_new} in new measures + {placed_regular} in regular offers − {placed_both} in both = "
        "{placed} persons placed",
    ),
    "report_bridge_steps": Message(
        "neue Maßnahmen|Regelangebote|in beidem|vermittelt", "new measures|regular offers|in both|placed"
    ),
    "report_goals": Message("Ziele", "Goals"),
    "report_goals_caption": Message("Ziele des Schuljahrs {period}", "Goals of the school year {period}"),
    "report_goals_head": Message(
        "Ziel|Wortlaut, gekürzt|Kennzahl|Soll|Ist|Veränderung|erreicht",
        "Goal|text, shortened|KPI|target|actual|change|met",
    ),
    "report_nothing": Message("keine im Zeitraum.", "none in this time."),
    "report_points": Message("{change} Pp.", "{change} pp"),
    "report_figures": Message("Kennzahlen", "Figures"),
    "report_figures_caption": Message("Alle Kennzahlen, genaue Gesamtwerte", "All KPIs, exact totals"),
    "report_figures_head": Message(
        "Kennzahl|Zähler|Nenner|Soll|Ist|Veränderung|erreicht", "KPI|numerator|denominator|target|actual|change|met"
    ),
    "report_literal_note": Message(
        "Die Zielformulierung 2020/21 nennt als Bezug die „persönlich erfassten“ Personen; diese Lesart steht als "
        "„bezogen auf Kontaktierte“ daneben. Veränderung: gegenüber dem letzten Stand, der mindestens vier Wochen "
        "zurückliegt; Pp. sind Prozentpunkte.",
        "The text of the 2020/21 goal refers to persons 'personally recorded'; that reading stands beside it as "
        "'of those contacted'. Change: against the last state at least four weeks earlier; pp are percentage points.",
    ),
    "report_modes_caption": Message("Dieselben Kennzahlen in drei Zählweisen", "The same KPIs counted in three ways"),
    "report_history": Message(
        "Gesamtwerte, wie sie veröffentlicht wurden (letzter Stand jedes Monats)",
        "Totals as they were published (last state of each month)",
    ),
    "report_day": Message("Stand", "as of"),
    "report_communes": Message("Kommunen", "Communes"),
    "report_commune": Message("Kommune", "commune"),
    "report_communes_caption": Message(
        "Kontaktierte, eingetretene und vermittelte Personen je Kommune (Veröffentlichung {release})",
        "Persons contacted, entered and placed by commune (release {release})",
    ),
    "report_series": Message("kontaktiert|eingetreten|vermittelt", "contacted|entered|placed"),
    "report_other": Message("ohne Zuordnung", "without a member"),
    "report_rounded_total": Message("Summe der gerundeten Werte", "total of the rounded values"),
    "report_rounding": Message(
        "Aufgliederungen sind zum Schutz einzelner Personen auf Vielfache von {base} gerundet, so dass sie sich zu "
        "einem gerundeten Gesamtwert addieren; sie ändern sich nur mit einer Veröffentlichung (hier: {release}).",
        "Breakdowns are rounded to multiples of {base} to protect persons, so that they add up to a rounded total; "
        "they change with a release only (here: {release}).",
    ),
    "report_suppression": Message(
        "In Aufgliederungen fehlen zum Schutz einzelner Personen Werte unter {min_count} und so viele weitere, dass "
        "sie sich nicht errechnen lassen; sie ändern sich nur mit einer Veröffentlichung (hier: {release}).",
        "To protect persons, breakdowns lack values below {min_count} and as many others as keep them from being "
        "computed; they change with a release only (here: {release}).",
    ),
    "E827": Message(
        "Gesiegelt werden nur freigegebene Werte. Weiter: --seal ohne --audience steering",
        "Only released figures are sealed. Next: --seal without --audience steering",
    ),
    "report_exact": Message(
        "Aufgliederungen sind genau (Stand {as_of}), auch wo sie Einzelne zeigen: nur für das Steuerungsgremium.",
        "Breakdowns are exact (as of {as_of}), even where they show single persons: for the steering body alone.",
    ),
    "report_communes_exact": Message(
        "Kontaktierte, eingetretene und vermittelte Personen je Kommune (genau, Stand {as_of})",
        "Persons contacted, entered and placed by commune (exact, as of {as_of})",
    ),
    "report_edition_released": Message(
        "Freigegebene Fassung: dieselben Werte, die jeder lesen darf.",
        "Released edition: the values that everybody may read.",
    ),
    "report_edition_exact": Message(
        "Fassung für das Steuerungsgremium: genaue Werte, nicht weitergeben und nicht veröffentlichen.",
        "Edition for the steering body: exact values, neither to be passed on nor published.",
    ),
    "report_groups": Message("Zielgruppe, Geschlecht, Alter", "Target group, sex, age"),
    "report_residence_group": Message("Zielgruppe", "Target group"),
    "report_residence_group_caption": Message("Nach Zielgruppe, gelesen wie oben", "By target group, read as above"),
    "report_residence_group_primary": Message("primär (Duldung)", "primary (Duldung)"),
    "report_residence_group_secondary": Message("sekundär (Gestattung)", "secondary (Gestattung)"),
    "report_sex": Message("Geschlecht", "Sex"),
    "report_sex_caption": Message("Nach Geschlecht, gelesen wie oben", "By sex, read as above"),
    "report_sex_f": Message("weiblich", "female"),
    "report_sex_m": Message("männlich", "male"),
    "report_sex_d": Message("divers", "diverse"),
    "report_sex_x": Message("keine Angabe", "not stated"),
    "report_age_band": Message("Alter", "Age"),
    "report_age_band_caption": Message(
        "Nach Alter am Ankertag, gelesen wie oben", "By age on the anchor day, read as above"
    ),
    "report_age_band_18-20": Message("18 bis 20", "18 to 20"),
    "report_age_band_21-23": Message("21 bis 23", "21 to 23"),
    "report_age_band_24-27": Message("24 bis 27", "24 to 27"),
    "report_caseload": Message("Betreuungsschlüssel", "Caseload"),
    "report_caseload_says": Message(
        "{persons} betreute Personen auf {fte} Vollzeitstellen sind {value} je Stelle; der Schlüssel erlaubt {limit}.",
        "{persons} persons looked after by {fte} full-time posts are {value} a post; the key allows {limit}.",
    ),
    "report_caseload_bar": Message("Personen je Stelle", "persons a post"),
    "report_steering": Message("Netzwerk und Steuerung", "Network and steering"),
    "report_network_says": Message(
        "{reached} von {communes} Kommunen wurden im Zeitraum erreicht.",
        "{reached} of {communes} communes were reached.",
    ),
    "report_network_caption": Message("Netzwerkkontakte je Kommune", "Network contacts by commune"),
    "report_network_head": Message("Kommune|Kontakte|erster|letzter", "commune|contacts|first|last"),
    "report_meetings_caption": Message("Sitzungen des Steuerungsgremiums", "Meetings of the steering body"),
    "report_meetings_head": Message("Tag|Gremium|Format", "day|body|format"),
    "report_format_onsite": Message("in Präsenz", "on site"),
    "report_format_video": Message("digital", "video"),
    "report_supply": Message("Angebot und Bedarf", "Supply and need"),
    "report_supply_caption": Message(
        "Angebote, die nicht beendet sind, nach Art", "Offers that have not ended, by kind"
    ),
    "report_supply_head": Message(
        "Art|Durchführungen|Plätze|davon frei|zuletzt bestätigt ≤ 30 Tage",
        "kind|runs|seats|of these free|verified ≤ 30 days",
    ),
    "report_unmet_caption": Message(
        "Bedarfe, die seit mehr als der vereinbarten Zeit ohne Platz und Vorschlag offen sind",
        "Needs open for more than the agreed time without seat or proposal",
    ),
    "report_unmet_head": Message(
        "gesuchte Art|Zielniveau|Bedarfe|Maßnahme ab|Maßnahme", "wanted kind|target level|needs|measure from|measure"
    ),
    "report_measure_proposed": Message("vorgeschlagen", "proposed"),
    "report_measures_none": Message(
        "Über vorgeschlagene Maßnahmen ist noch kein Beschluss festgehalten.",
        "No decision on proposed measures is on record yet.",
    ),
    "report_measures_caption": Message(
        "Beschlüsse des Steuerungsgremiums über vorgeschlagene Maßnahmen",
        "Decisions of the steering body on proposed measures",
    ),
    "report_measures_head": Message(
        "Bündel|Maßnahme|Ort|Beschluss|Tag|Begründung|Angebote dazu",
        "cluster|measure|place|decision|day|reason|offers citing it",
    ),
    "report_measure_approve": Message("beschlossen", "approved"),
    "report_measure_decline": Message("abgelehnt", "declined"),
    "report_measure_postpone": Message("vertagt", "postponed"),
    "report_sheet_measures": Message("Maßnahmen", "Measures"),
    "report_few": Message("unter {limit}", "below {limit}"),
    "family_INTEGRATION_COURSE": Message("Integrationskurs (alle Arten)", "integration course (any kind)"),
    "family_JOB_LANGUAGE": Message("Berufssprachkurs (alle Arten)", "job language course (any kind)"),
    "family_LANGUAGE": Message("Sprachkurs (alle Arten)", "language course (any kind)"),
    "family_TRAINING_SUPPORT": Message("Ausbildungsbegleitung (alle Arten)", "training support (any kind)"),
    "family_TRAINING": Message("Ausbildung und Vorbereitung (alle Arten)", "training and preparation (any kind)"),
    "family_SCHOOL_CERTIFICATE": Message("Schulabschluss (alle Arten)", "school certificate (any kind)"),
    "family_COACHING": Message("Coaching (alle Arten)", "coaching (any kind)"),
    "family_QUALIFICATION": Message("Qualifizierung (alle Arten)", "qualification (any kind)"),
    "family_ADVICE": Message("Beratung (alle Arten)", "advice (any kind)"),
    "family_CASEWORK": Message("Teilhabemanagement", "participation management"),
    "report_late": Message("Nachmeldungen", "Late entries"),
    "report_late_none": Message(
        "Seit den unterschriebenen Berichten hat sich keine Zahl geändert: {seals}.",
        "No figure has changed since the sealed reports: {seals}.",
    ),
    "report_late_caption": Message(
        "Zahlen unterschriebener Berichte, die heute anders lauten, weil etwas später bekannt wurde oder seither "
        "geschah; unterschrieben bleibt, was am Tag des Berichts bekannt war",
        "Figures of sealed reports that read otherwise today, since something became known later or has happened "
        "since; sealed stays what was known on the day of the report",
    ),
    "report_late_head": Message(
        "Schuljahr|Stand des Berichts|Kennzahl|Zähler damals|Zähler jetzt|Wert damals|Wert jetzt",
        "school year|as of|KPI|numerator then|numerator now|value then|value now",
    ),
    "report_quality": Message("Datenlage", "State of the data"),
    "report_quality_caption": Message("Neueste Lieferung jeder Quelle", "Newest delivery of each source"),
    "report_quality_head": Message(
        "Quelle|Lieferant|geliefert|Zeilen|abgewiesen|Anteil|offen|Tage bis berichtigt",
        "source|supplier|delivered|rows|rejected|share|open|days to fix",
    ),
    "report_definitions": Message("Definitionen und Stichtag", "Definitions and cut-off"),
    "report_cut_off": Message(
        "Gezählt werden verschiedene Personen bis zum {end} (Stichtag), soweit am {as_of} bekannt. Später bekannt "
        "gewordene Tatsachen ändern erst den nächsten Bericht und stehen dort als Nachmeldung.",
        "Distinct persons are counted up to {end} (cut-off), as known on {as_of}. Facts that become known later change "
        "the next report only and stand there as late entries.",
    ),
    "report_definitions_caption": Message("Was gezählt wird", "What is counted"),
    "report_definitions_head": Message(
        "Kennzahl|Zähler|Nenner|Fassung|Quelle", "KPI|numerator|denominator|version|source"
    ),
    "report_footnote": Message(
        "Gesamtwerte sind genau. Quoten in Aufgliederungen werden aus gerundeten Zahlen gebildet. Anteile sind "
        "kaufmännisch auf ganze Prozent gerundet; „–“ steht für einen Nenner von 0 oder einen Wert, der nicht "
        "veröffentlicht oder nicht bekannt ist.",
        "Totals are exact. Rates in breakdowns come from rounded counts. Shares are rounded half up to whole per cent; "
        "'–' stands for a denominator of 0 or a value that is not released or not known.",
    ),
    "report_footnote_exact": Message(
        "Alle Werte sind genau. Anteile sind kaufmännisch auf ganze Prozent gerundet; „–“ steht für einen Nenner von 0 "
        "oder einen Wert, der nicht bekannt ist.",
        "All values are exact. Shares are rounded half up to whole per cent; '–' stands for a denominator of 0 or a "
        "value that is not known.",
    ),
    "report_sheet_bridge": Message("Brücke", "Bridge"),
    "report_sheet_goals": Message("Ziele", "Goals"),
    "report_sheet_figures": Message("Kennzahlen", "Figures"),
    "report_sheet_modes": Message("Zählweisen", "Modes"),
    "report_sheet_history": Message("Verlauf", "History"),
    "report_sheet_communes": Message("Kommunen", "Communes"),
    "report_sheet_network": Message("Netzwerk", "Network"),
    "report_sheet_meetings": Message("Sitzungen", "Meetings"),
    "report_sheet_supply": Message("Angebot", "Supply"),
    "report_sheet_unmet": Message("Bedarf", "Needs"),
    "report_sheet_quality": Message("Datenlage", "Data"),
    "report_sheet_definitions": Message("Definitionen", "Definitions"),
    "report_cover": Message("Deckblatt", "Cover"),
    "verify_equal": Message(
        "Gleich: alle gesiegelten Zahlen für {period} kommen mit dem Wissen vom {known_on} wieder heraus.",
        "Equal: every sealed figure of {period} comes out again with what was known on {known_on}.",
    ),
    "verify_differs": Message(
        "Nicht gleich: der gesiegelte Bericht für {period} (Wissen vom {known_on}) lässt sich nicht bestätigen.",
        "Not equal: the sealed report of {period} (known on {known_on}) cannot be confirmed.",
    ),
    "verify_changed": Message(
        "Die Datei wurde verändert oder hier nie gesiegelt.", "The file was changed, or never sealed here."
    ),
    "verify_figure": Message(
        "{kpi}: gesiegelt {sealed}, nachgerechnet {recomputed}", "{kpi}: sealed {sealed}, recomputed {recomputed}"
    ),
    "verify_config": Message(
        "Die Konfiguration ist seit der Unterschrift eine andere (geänderte Definitionen: {kpis}); so veröffentlicht "
        "wurden damals {published} der gesiegelten Zahlen.",
        "The configuration is another one since the signature (changed definitions: {kpis}); {published} of the sealed "
        "figures were published that way then.",
    ),
    "verify_erased": Message(
        "Seither wurden {count} Personen mit {facts} Angaben gelöscht.",
        "{count} persons with {facts} facts were erased since.",
    ),
    "E824": Message("„{file}“ ist kein Siegel dieses Kreises.", "'{file}' is no seal of this county."),
}
