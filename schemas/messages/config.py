"""What the reader of a county folder says; each line is led by file:line:column."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E100": Message(
        "Die Konfiguration ist nicht gültig, {count} Stelle(n):\n{problems}",
        "The configuration is not valid, {count} place(s):\n{problems}",
    ),
    "E101": Message("unbekannter Schlüssel „{key}“{hint}", "unknown key '{key}'{hint}"),
    "E102": Message("Schlüssel „{key}“ fehlt", "key '{key}' is missing"),
    "E103": Message(
        "Schlüssel „{key}“ steht zweimal (zuerst Zeile {first})", "key '{key}' stands twice (first: line {first})"
    ),
    "E104": Message("„{key}“ erwartet {expected}", "'{key}' expects {expected}"),
    "E105": Message("kein gültiges YAML: {reason}", "not valid YAML: {reason}"),
    "E106": Message("Datei fehlt oder ist nicht lesbar", "file is missing or cannot be read"),
    "E107": Message("Umgebungsvariable {variable} ist nicht gesetzt", "environment variable {variable} is not set"),
    "E108": Message(
        "die in „{key}“ genannte Datei fehlt oder ist nicht lesbar",
        "the file named in '{key}' is missing or cannot be read",
    ),
    "E109": Message("„{key}“ erwartet eines von: {choices}{hint}", "'{key}' expects one of: {choices}{hint}"),
    "E110": Message(
        "„{key}“: {value} liegt nicht zwischen {low} und {high}", "'{key}': {value} is not between {low} and {high}"
    ),
    "E111": Message("die Datei ist nicht in UTF-8 geschrieben", "the file is not written in UTF-8"),
    "E120": Message("unbekannte Satzart „{kind}“{hint}", "unknown record kind '{kind}'{hint}"),
    "E121": Message(
        "die Satzart {kind} hat keine Spalte „{column}“{hint}", "record kind {kind} has no column '{column}'{hint}"
    ),
    "E122": Message(
        "Pflichtspalte {column} der Satzart {kind} ist nicht zugeordnet",
        "required column {column} of record kind {kind} is not mapped",
    ),
    "E123": Message(
        "die Satzart {kind} braucht person_id oder last_name, first_name und birth_date",
        "record kind {kind} needs person_id, or last_name, first_name and birth_date",
    ),
    "E124": Message("unbekannter Wert „{value}“ für {column}{hint}", "unknown value '{value}' for {column}{hint}"),
    "E125": Message("„{key}“ braucht column oder const (nicht beides)", "'{key}' needs column or const (not both)"),
    "E126": Message(
        "source heißt „{source}“, die Datei aber „{file}“", "source says '{source}', but the file is called '{file}'"
    ),
    "E127": Message(
        "„{key}“ ist kein brauchbares Datumsformat (Tag, Monat, Jahr)",
        "'{key}' is no usable date format (day, month, year)",
    ),
    "E128": Message(
        "unbekannter Platzhalter „{name}“ (bekannt: {known})", "unknown placeholder '{name}' (known: {known})"
    ),
    "E129": Message("der Ordner sources/ enthält keine Quelle", "folder sources/ holds no source"),
    "E130": Message(
        "mehrere Quellen liefern {kind} ({sources}); „ids: {{{role}: QUELLE}}“ muss sagen, wessen Kennungen gelten",
        "several sources deliver {kind} ({sources}); 'ids: {{{role}: SOURCE}}' must say whose ids are used",
    ),
    "E131": Message(
        "keine Quelle liefert {kind}, deren Kennungen hier gebraucht werden",
        "no source delivers {kind}, whose ids are needed here",
    ),
    "E132": Message(
        "„{source}“ ist keine Quelle, die {kind} liefert{hint}", "'{source}' is no source that delivers {kind}{hint}"
    ),
    "E133": Message(
        "Dateiendung .yaml verwenden (.yml wird nicht gelesen)", "use the file ending .yaml (.yml is not read)"
    ),
    "E140": Message("unbekannte Liste{hint}", "unknown list{hint}"),
    "E141": Message("Spalte „{column}“ fehlt", "column '{column}' is missing"),
    "E142": Message("unbekannte Spalte „{column}“{hint}", "unknown column '{column}'{hint}"),
    "E143": Message(
        "die Zeile hat {found} Felder, erwartet {expected}", "the row has {found} fields, expected {expected}"
    ),
    "E144": Message("„{column}“ erwartet {expected}", "'{column}' expects {expected}"),
    "E145": Message("der Schlüssel steht schon in Zeile {first}", "the key already stands in line {first}"),
    "E146": Message("der AGS gehört nicht zum Kreis {county}", "the AGS does not belong to county {county}"),
    "E147": Message("die Liste ist leer", "the list is empty"),
    "E150": Message("unbekanntes Programmpaket „{pack}“{hint}", "unknown programme pack '{pack}'{hint}"),
    "E156": Message(
        "Die Datei {file} steht weder in kpis/ des Kreises noch des Programmpakets",
        "The file {file} stands neither in the county's kpis/ nor in the programme pack's",
    ),
    "E157": Message(
        "die Kennzahl {kpi} zählt das Programm nicht: eine Abfrage nennen (sql: DATEI){hint}",
        "the program does not count {kpi}: name a query (sql: FILE){hint}",
    ),
    "E158": Message(
        "Die eigene Abfrage der Kennzahl {kpi} (Fassung {version}) läuft nicht: {why}",
        "The county's own query of KPI {kpi} (version {version}) does not run: {why}",
    ),
    "E151": Message(
        "Kennzahl {kpi} gilt für diesen Zeitraum schon in {other}",
        "KPI {kpi} is already defined for this time in {other}",
    ),
    "E152": Message("„{key}“ ist kein Schuljahr (2020/21)", "'{key}' is no school year (2020/21)"),
    "E153": Message("{later} liegt vor {earlier}", "{later} lies before {earlier}"),
    "E154": Message("„{one}“ und „{other}“ schließen sich aus", "'{one}' and '{other}' exclude each other"),
    "E159": Message(
        "aus diesem Ordner liest die Quelle {source} ausgefüllte Arbeitsmappen zurück: die Nacht würde sie "
        "überschreiben; einen anderen Ordner nennen",
        "source {source} reads filled-in workbooks back from this folder: a night would write over them; name another "
        "folder",
    ),
    "E190": Message(" (meinten Sie „{guess}“?)", " (did you mean '{guess}'?)"),
    "E191": Message("Text", "text"),
    "E192": Message("eine ganze Zahl", "a whole number"),
    "E193": Message("eine Zahl", "a number"),
    "E194": Message("true oder false", "true or false"),
    "E195": Message("ein Datum (JJJJ-MM-TT)", "a date (YYYY-MM-DD)"),
    "E196": Message("einen Anteil (30% oder 0.3)", "a share (30% or 0.3)"),
    "E197": Message("eine Dauer in Tagen oder Wochen (7d, 2w)", "a duration in days or weeks (7d, 2w)"),
    "E198": Message("eine Zuordnung (Schlüssel: Wert)", "a mapping (key: value)"),
    "E199": Message("eine Liste", "a list"),
    "E155": Message("unbekannte Kennzahl „{kpi}“{hint}", "unknown KPI '{kpi}'{hint}"),
    "E180": Message("{count} Ziffern", "{count} digits"),
    "E181": Message("eine Zeitzone wie Europe/Berlin", "a time zone like Europe/Berlin"),
    "E182": Message("eine Zeichenkodierung wie utf-8 oder cp1252", "an encoding like utf-8 or cp1252"),
    "E183": Message("genau ein Zeichen", "exactly one character"),
    "E184": Message("eine Zahl ab 1 oder auto", "a number from 1, or auto"),
    "E185": Message("kleine Buchstaben, Ziffern und Unterstriche", "small letters, digits and underscores"),
    "E186": Message("Ziffern", "digits"),
    "E188": Message("eine Mailadresse", "a mail address"),
    "E187": Message(
        "eine Adresse wie postgresql://login@host/datenbank", "a URL like postgresql://login@host/database"
    ),
}
