"""Rules that reject a row (CONTRACT section 5)."""

from typing import Final

from schemas.rule import Rule


def _error(rule: str, de: str, en: str, todo_de: str, todo_en: str) -> Rule:
    return Rule(rule, "error", de, en, todo_de, todo_en)


ERRORS: Final = (
    _error(
        "missing_value",
        "Pflichtangabe fehlt",
        "a required cell is empty",
        "Bitte die Angabe ergänzen.",
        "Please fill in the cell.",
    ),
    _error(
        "unmapped_value",
        "Wert ist nicht zugeordnet",
        "the value is not mapped",
        "Bitte einen der vereinbarten Werte verwenden oder die Zuordnung ergänzen lassen.",
        "Please use one of the agreed values, or have the mapping extended.",
    ),
    _error(
        "bad_date",
        "Datum ist nicht lesbar",
        "the date cannot be read",
        "Bitte das Datum als TT.MM.JJJJ angeben.",
        "Please write the date in the agreed format.",
    ),
    _error(
        "implausible_date",
        "Datum liegt außerhalb des plausiblen Zeitraums",
        "the date lies outside the plausible range",
        "Bitte Jahr und Reihenfolge von Tag und Monat prüfen.",
        "Please check the year and the order of day and month.",
    ),
    _error(
        "bad_number",
        "Zahl ist nicht lesbar",
        "the number cannot be read",
        "Bitte nur Ziffern und ein Dezimalkomma verwenden.",
        "Please use digits and one decimal sign only.",
    ),
    _error(
        "out_of_range",
        "Zahl liegt außerhalb des erlaubten Bereichs",
        "the number lies outside its range",
        "Bitte die Zahl prüfen.",
        "Please check the number.",
    ),
    _error(
        "bad_bool",
        "Ja/Nein-Angabe ist nicht lesbar",
        "the yes/no cell cannot be read",
        "Bitte ja oder nein eintragen.",
        "Please enter yes or no.",
    ),
    _error(
        "bad_ags",
        "Gemeindeschlüssel hat nicht acht Ziffern",
        "the commune key has not eight digits",
        "Bitte den achtstelligen Gemeindeschlüssel (AGS) angeben.",
        "Please give the eight-digit commune key (AGS).",
    ),
    _error(
        "unknown_ags",
        "Gemeindeschlüssel gehört zum Kreis, steht aber nicht in der Gemeindeliste",
        "the commune key has the county's prefix but is not on the list of communes",
        "Bitte den Gemeindeschlüssel prüfen.",
        "Please check the commune key.",
    ),
    _error(
        "id_rounded",
        "Kennung steht in Exponentialschreibweise (wie 1,23E+12); ihre übrigen Ziffern sind verloren",
        "the id is written as an exponent (such as 1.23E+12); its other digits are lost",
        "Bitte die Spalte vor dem Speichern als Text formatieren und die Kennung vollständig eintragen.",
        "Please format the column as text before saving and enter the whole id.",
    ),
    _error(
        "duplicate_key_conflict",
        "Derselbe Schlüssel steht mehrfach mit verschiedenem Inhalt in der Lieferung",
        "the same key stands more than once with different content",
        "Bitte nur die gültige Zeile stehen lassen.",
        "Please keep the valid row only.",
    ),
    _error(
        "unknown_person",
        "Die genannte Person ist nicht bekannt",
        "the row names a person that is not known",
        "Bitte das Aktenzeichen prüfen; die Zeile wird bei jedem Lauf erneut versucht.",
        "Please check the case id; the row is tried again at each run.",
    ),
    _error(
        "unknown_offer",
        "Das genannte Angebot ist nicht bekannt",
        "the row names an offer that is not known",
        "Bitte die Angebotsnummer prüfen; die Zeile wird bei jedem Lauf erneut versucht.",
        "Please check the offer id; the row is tried again at each run.",
    ),
    _error(
        "birth_after_event",
        "Geburtsdatum liegt nicht vor dem ersten Kontakt oder Eintritt",
        "the birth date is not before the first contact or entry",
        "Bitte das Geburtsdatum prüfen.",
        "Please check the birth date.",
    ),
    _error(
        "left_before_entered",
        "Austritt liegt vor dem Eintritt",
        "the exit lies before the entry",
        "Bitte beide Daten prüfen.",
        "Please check both dates.",
    ),
    _error(
        "ends_before_starts",
        "Ende liegt vor dem Beginn",
        "the end lies before the start",
        "Bitte beide Daten prüfen.",
        "Please check both dates.",
    ),
    _error(
        "withdrawn_before_given",
        "Widerruf liegt vor der Einwilligung",
        "the withdrawal lies before the consent",
        "Bitte beide Daten prüfen.",
        "Please check both dates.",
    ),
    _error(
        "person_not_named",
        "Weder Aktenzeichen noch Name und Geburtsdatum sind angegeben",
        "neither a case id nor name and birth date are given",
        "Bitte Aktenzeichen oder Name und Geburtsdatum ergänzen.",
        "Please add the case id, or name and birth date.",
    ),
    _error(
        "ragged_row",
        "Zeile hat mehr oder weniger Zellen als die Kopfzeile",
        "the row has more or fewer cells than the header",
        "Bitte Trennzeichen und Anführungszeichen in der Zeile prüfen.",
        "Please check delimiters and quotes in the row.",
    ),
    _error(
        "open_quote",
        "Anführungszeichen in der Zeile wird nicht geschlossen",
        "a quote in the row is never closed",
        "Bitte die Anführungszeichen in der Zeile prüfen.",
        "Please check the quotes in the row.",
    ),
    _error(
        "nul_byte",
        "Zeile enthält ein unlesbares Zeichen (NUL)",
        "the row holds an unreadable character (NUL)",
        "Bitte die Datei neu ausgeben.",
        "Please export the file again.",
    ),
    _error(
        "error_cell",
        "Zelle enthält einen Tabellenfehler (z. B. #NV)",
        "the cell holds a spreadsheet error (such as #N/A)",
        "Bitte die Formel oder den Wert berichtigen.",
        "Please mend the formula or the value.",
    ),
    _error(
        "formula_without_value",
        "Formel wurde ohne ihr Ergebnis gespeichert; die Zelle gilt als leer",
        "a formula was saved without its result; the cell counts as empty",
        "Bitte die Datei in der Tabellenkalkulation öffnen, neu berechnen und speichern, oder den Wert eintragen.",
        "Please open the file in a spreadsheet, compute it and save it again, or enter the value.",
    ),
)
