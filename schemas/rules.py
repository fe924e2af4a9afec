"""The one registry of row rules: id, severity, what it says, what to do.

Conform, pandera checks, set-based checks in the warehouse, quarantine messages,
the supplier's feedback workbook and the docs page all read it. An ``error``
rejects the row; a ``warning`` loads it with a remark (CONTRACT section 5).
"""

from typing import Final, Literal, NamedTuple

from schemas.messages import language

Severity = Literal["error", "warning"]


class Rule(NamedTuple):
    """One rule: what is wrong and what the sender can do, in both languages."""

    id: str
    severity: Severity
    de: str
    en: str
    todo_de: str
    todo_en: str

    @property
    def text(self) -> str:
        """What is wrong, in the reader's language."""
        return self.en if language() == "en" else self.de

    @property
    def todo(self) -> str:
        """What to do, in the reader's language."""
        return self.todo_en if language() == "en" else self.todo_de


def _error(rule: str, de: str, en: str, todo_de: str, todo_en: str) -> Rule:
    return Rule(rule, "error", de, en, todo_de, todo_en)


def _warning(rule: str, de: str, en: str, todo_de: str, todo_en: str) -> Rule:
    return Rule(rule, "warning", de, en, todo_de, todo_en)


_ALL: Final = (
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
    _warning(
        "cell_left_empty",
        "Freiwillige Angabe ist nicht lesbar und bleibt leer",
        "an optional cell cannot be read and is left empty",
        "Bitte bei Gelegenheit berichtigen.",
        "Please mend it when convenient.",
    ),
    _warning(
        "missing_consent",
        "Eintritt ohne Datum der Einwilligung",
        "an entry without a consent date",
        "Bitte das Datum der Einwilligung nachtragen.",
        "Please add the date of consent.",
    ),
    _warning(
        "status_unknown",
        "Aufenthaltsstatus ist unbekannt; die Person zählt nicht zur Zielgruppe",
        "the residence status is unknown; the person does not count as target group",
        "Bitte den Status klären.",
        "Please clarify the status.",
    ),
    _warning(
        "duldung_norm_unknown",
        "Duldung ohne Norm; für Angebote, die die Norm verlangen, nicht vermittelbar",
        "a Duldung without its norm; not matched to offers that need the norm",
        "Bitte die Norm nachtragen.",
        "Please add the norm.",
    ),
    _warning(
        "seats_free_over_max",
        "Mehr freie als vorhandene Plätze; die freien Plätze gelten als unbekannt",
        "more free seats than seats; the free seats count as unknown",
        "Bitte die Platzzahlen prüfen.",
        "Please check the numbers of seats.",
    ),
    _warning(
        "seven_digit_ags",
        "Gemeindeschlüssel mit sieben Ziffern; führende Null ergänzt",
        "a commune key of seven digits; the leading zero was added",
        "Bitte die Spalte als Text formatieren.",
        "Please format the column as text.",
    ),
    _warning(
        "duplicate_row",
        "Zeile steht mehrfach gleich in der Lieferung und zählt einmal",
        "the row stands more than once and counts once",
        "Nichts zu tun.",
        "Nothing to do.",
    ),
    _warning(
        "unmapped_column",
        "Spalte ist nicht zugeordnet und wird nicht übernommen",
        "the column is not mapped and is dropped",
        "Nichts zu tun, wenn die Spalte nicht gebraucht wird.",
        "Nothing to do if the column is not needed.",
    ),
    _warning(
        "hidden_column",
        "Ausgeblendete Spalte wurde gelesen",
        "a hidden column was read",
        "Bitte prüfen, ob die Spalte geliefert werden soll.",
        "Please check whether the column is meant to be delivered.",
    ),
    _warning(
        "hidden_row",
        "Ausgeblendete Zeile wurde gelesen",
        "a hidden row was read",
        "Bitte prüfen, ob die Zeile geliefert werden soll.",
        "Please check whether the row is meant to be delivered.",
    ),
)

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _ALL}
RETRIED_RULES: Final = ("unknown_person", "unknown_offer", "birth_after_event")
"""Rules that another supplier's delivery can put right: such rows are tried again from the archive at each sync."""


def row_message(rule_id: str, column: str | None = None) -> str:
    """Return the sentence for a row: what is wrong, in which column, what to do; never a value."""
    rule = RULES[rule_id]
    place = f" ({'column' if language() == 'en' else 'Spalte'} {column})" if column else ""
    return f"{rule.text}{place}. {rule.todo}"
