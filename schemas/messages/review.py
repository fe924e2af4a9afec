"""Words of the review workbook, and what is wrong in one that came back."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "sheet_number": Message("Nr.", "No."),
    "sheet_decision": Message("Entscheidung", "Decision"),
    "sheet_reason": Message("Begründung (ohne Namen)", "Reason (no names)"),
    "sheet_own_name": Message("Name: hier", "Name: here"),
    "sheet_other_name": Message("Name: Kandidat", "Name: candidate"),
    "sheet_name_level": Message("Namen im Vergleich", "Names compared"),
    "sheet_own_birth": Message("Geboren: hier", "Born: here"),
    "sheet_other_birth": Message("Geboren: Kandidat", "Born: candidate"),
    "sheet_birth_level": Message("Geburtsdatum im Vergleich", "Birth dates compared"),
    "sheet_own_ags": Message("Gemeinde: hier", "Commune: here"),
    "sheet_other_ags": Message("Gemeinde: Kandidat", "Commune: candidate"),
    "sheet_commune_level": Message("Gemeinden im Vergleich", "Communes compared"),
    "sheet_score": Message("Punkte", "Score"),
    "sheet_doubt": Message("Warum fraglich", "Why in doubt"),
    "sheet_own_place": Message("Fundstelle: hier", "Found: here"),
    "sheet_other_place": Message("Fundstelle: Kandidat", "Found: candidate"),
    "sheet_row": Message("Zeile", "row"),
    "sheet_word_accept": Message("verbinden", "link"),
    "sheet_word_split": Message("trennen", "split"),
    "name_same": Message("gleich (Schreibweise beiseite)", "equal (spelling aside)"),
    "name_joined": Message("zusammengeschrieben gleich", "equal when joined"),
    "name_exact": Message("gleich", "equal"),
    "name_romanised": Message("andere Umschrift", "other romanisation"),
    "name_near": Message("ähnlich", "near"),
    "name_prefix": Message("Anfang gleich", "same beginning"),
    "name_conflict": Message("verschieden", "differing"),
    "name_dropped": Message("nur auf einer Seite", "on one side only"),
    "birth_exact": Message("gleich", "equal"),
    "birth_first_january": Message("beide 1. Januar", "both 1 January"),
    "birth_placeholder": Message("gleiches Jahr, einmal 1. Januar", "same year, one is 1 January"),
    "birth_swapped": Message("Tag und Monat vertauscht", "day and month swapped"),
    "birth_one_digit": Message("eine Ziffer anders", "one digit differs"),
    "birth_year_only": Message("nur das Jahr bekannt", "year only"),
    "birth_missing": Message("fehlt", "missing"),
    "birth_one_part": Message("Tag, Monat oder Jahr anders", "day, month or year differs"),
    "birth_apart": Message("verschieden", "apart"),
    "commune_same": Message("gleich", "equal"),
    "commune_unknown": Message("nicht bekannt", "unknown"),
    "commune_other": Message("verschieden", "differ"),
    "doubt_safe_key_shared": Message("mehrere passen genau", "several fit exactly"),
    "doubt_name_parts_disagree": Message("Namensteile verschieden", "name parts disagree"),
    "doubt_differs_by_gender_ending": Message("nur die Endung verschieden", "only the ending differs"),
    "doubt_too_few_name_parts": Message("zu wenige Namensteile", "too few name parts"),
    "doubt_score_too_low": Message("zu wenig Übereinstimmung", "too little agreement"),
    "doubt_birth_date_crowded": Message("Tag, an dem sehr viele geboren sind", "a day on which very many were born"),
    "doubt_relative_in_table": Message("Geschwister möglich", "a relative is possible"),
    "doubt_lead_too_small": Message("zwei Kandidaten zu nah", "two candidates too close"),
    "doubt_same_source": Message("zwei Kennungen einer Quelle", "two ids of one source"),
    "doubt_split_elsewhere": Message("anderswo getrennt", "split elsewhere"),
    "doubt_birth_first_january": Message("Geburtsdatum 1. Januar", "birth date 1 January"),
    "doubt_birth_placeholder": Message("einmal 1. Januar", "one is 1 January"),
    "doubt_birth_swapped": Message("Tag und Monat vertauscht", "day and month swapped"),
    "doubt_birth_one_digit": Message("eine Ziffer im Geburtsdatum", "one digit of the birth date"),
    "doubt_birth_year_only": Message("nur das Geburtsjahr", "birth year only"),
    "doubt_birth_missing": Message("Geburtsdatum fehlt", "birth date missing"),
    "doubt_birth_one_part": Message("Geburtsdatum weicht ab", "birth date differs"),
    "doubt_birth_apart": Message("Geburtsdatum verschieden", "birth dates apart"),
    "review_pair_unknown": Message(
        "Diese Nummer nennt kein offenes Paar (schon entschieden?). Neu schreiben: teilhabe review export.",
        "This number names no open pair (decided already?). Write anew: teilhabe review export.",
    ),
    "review_pair_twice": Message("Dieses Paar steht in zwei Zeilen.", "This pair stands in two rows."),
    "review_decision_unknown": Message(
        "Entscheidung ist „verbinden“ oder „trennen“.", "The decision is 'link' or 'split'."
    ),
    "review_row_changed": Message(
        "Namen und Geburtsdaten der Zeile sind nicht mehr die des Paares (teilweise sortiert? seither berichtigt?).",
        "Names and birth dates of the row are no longer the pair's (sorted in part? corrected since?).",
    ),
    "review_reason_missing": Message(
        "Eine Begründung fehlt oder ist länger als 500 Zeichen.", "A reason is missing or longer than 500 characters."
    ),
    "review_reason_names": Message(
        "Die Begründung nennt die Person; sie steht im Protokoll und darf keinen Namen enthalten.",
        "The reason names the person; it stands in the audit and may hold no name.",
    ),
    "review_two_links": Message(
        "Zwei Kandidaten derselben Person sollen verbunden werden.", "Two candidates of one record are to be linked."
    ),
    "review_row_headings": Message("Datei|Blatt|Zelle|Regel|Was ist falsch", "file|sheet|cell|rule|what is wrong"),
    "review_exported": Message(
        "{count} offene Paare in {file}. Die Datei enthält Namen: nur der Eigentümer darf sie lesen; nach dem Einlesen "
        "löschen. Weiter: ausfüllen, dann teilhabe review import DATEI (im Ausgang liest sie auch die nächste Nacht).",
        "{count} open pairs in {file}. The file holds names: only its owner may read it; delete it after the import. "
        "Next: fill it in, then teilhabe review import FILE (in the outbox the next night reads it too).",
    ),
    "review_imported": Message(
        "{applied} Entscheidungen übernommen, {wrong} Zeilen falsch, {open} Zeilen ohne Entscheidung.",
        "{applied} decisions taken over, {wrong} rows wrong, {open} rows without a decision.",
    ),
    "review_night": Message(
        "Prüfliste {file}: {applied} Entscheidungen übernommen, {wrong} Zeilen falsch. {next}",
        "Review workbook {file}: {applied} decisions taken over, {wrong} rows wrong. {next}",
    ),
    "review_night_next": Message("Weiter: teilhabe review import DATEI.", "Next: teilhabe review import FILE."),
    "E407": Message(
        "Die Prüfliste enthält Namen. „{folder}“ ist kein Ordner, den nur sein Eigentümer lesen darf, oder liegt in "
        "der Annahme. Weiter: ohne DATEI schreiben (Ausgang unter state) oder chmod 700.",
        "The review workbook holds names. '{folder}' is no folder that only its owner may read, or lies in the inbox. "
        "Next: write it without FILE (outbox below state), or chmod 700.",
    ),
    "E408": Message(
        "„{file}“ ist keine Prüfliste: Spalten {columns} fehlen. Weiter: teilhabe review export.",
        "'{file}' is no review workbook: columns {columns} are missing. Next: teilhabe review export.",
    ),
    "E409": Message(
        "Die Begründung nennt die Person; sie steht im Protokoll und darf keinen Namen enthalten.",
        "The reason names the person; it stands in the audit and may hold no name.",
    ),
}
