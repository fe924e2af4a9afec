"""Rules that load a row with a remark: about a cell, a sheet, or what only other records show."""

from typing import Final

from schemas.rule import Rule


def _warning(rule: str, de: str, en: str, todo_de: str, todo_en: str) -> Rule:
    return Rule(rule, "warning", de, en, todo_de, todo_en)


WARNINGS: Final = (
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
    _warning(
        "unknown_run",
        "Der genannte Durchgang ist nicht bekannt; die Teilnahme gilt für das Angebot",
        "the row names a run that is not known; the enrolment holds for the offer",
        "Bitte die Nummer des Durchgangs prüfen oder den Durchgang im Angebot nachliefern.",
        "Please check the number of the run, or deliver the run with the offer.",
    ),
    _warning(
        "enrolment_without_start",
        "Weder Teilnahme noch Durchgang haben einen Beginn; die Teilnahme zählt nicht",
        "neither the enrolment nor its run has a start day; the enrolment does not count",
        "Bitte den ersten Tag der Teilnahme nachtragen.",
        "Please add the first day of the enrolment.",
    ),
    _warning(
        "enrolments_overlap",
        "Die Person nimmt zur selben Zeit an einem anderen Angebot teil",
        "the person takes part in another offer at the same time",
        "Bitte Beginn und Ende beider Teilnahmen prüfen; nichts zu tun, wenn beide nebeneinander laufen.",
        "Please check start and end of both enrolments; nothing to do if both run side by side.",
    ),
    _warning(
        "episodes_overlap",
        "Der Eintritt liegt in einer anderen Teilnahme derselben Person am Programm",
        "the entry lies within another stay of the same person",
        "Bitte Eintritt und Austritt prüfen; ein neuer Eintritt setzt den Austritt davor voraus.",
        "Please check entry and exit; a new entry needs an exit before it.",
    ),
    _warning(
        "status_gap",
        "Zwischen diesem und dem vorigen Aufenthaltsstatus liegt eine Lücke",
        "there is a gap between this residence status and the one before",
        "Bitte „gültig von“ oder das Ende des vorigen Status prüfen; in der Lücke gilt der Status als unbekannt.",
        "Please check the first day, or the end of the status before; in the gap the status counts as unknown.",
    ),
    _warning(
        "status_overlap",
        "Der Aufenthaltsstatus beginnt vor dem Ende des vorigen",
        "the residence status begins before the one before it ends",
        "Bitte prüfen; der vorige Status gilt bis zum Tag vor dem neuen.",
        "Please check; the status before holds until the day before the new one.",
    ),
    _warning(
        "status_expired",
        "Der Aufenthaltsstatus ist abgelaufen; die Person zählt seitdem nicht zur Zielgruppe",
        "the residence status has run out; since then the person does not count as target group",
        "Bitte den heutigen Status oder seine Verlängerung nachtragen.",
        "Please add today's status or its extension.",
    ),
    _warning(
        "status_contradicted",
        "Eine andere Quelle nennt für dieselbe Zeit einen anderen Aufenthaltsstatus",
        "another source names another residence status for the same time",
        "Bitte klären, welche Angabe stimmt, und die andere berichtigen lassen.",
        "Please clarify which one is right, and have the other mended.",
    ),
)
