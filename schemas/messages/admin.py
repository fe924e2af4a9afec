"""What the data admin's page says."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "admin_title": Message("Datenverwaltung {county}", "Data administration of {county}"),
    "admin_skip": Message("Zum Inhalt", "Skip to content"),
    "admin_contents": Message("Inhalt", "Contents"),
    "admin_sources": Message("Lieferanten", "Suppliers"),
    "admin_quarantine": Message("Quarantäne", "Quarantine"),
    "admin_quarantine_text": Message(
        "{count} offene Zeile(n), {shown} davon hier. Zurück an die Lieferanten: teilhabe quarantine feedback; "
        "auf sich beruhen lassen: teilhabe quarantine waive NR --reason …",
        "{count} open row(s), {shown} of them here. Back to the suppliers: teilhabe quarantine feedback; "
        "let it rest: teilhabe quarantine waive NR --reason …",
    ),
    "admin_quarantine_head": Message(
        "Nr|Quelle|Datei|Blatt|Zeile|Spalte|Regel|Was zu tun ist", "no|source|file|sheet|row|column|rule|what to do"
    ),
    "admin_review": Message("Fragliche Personenpaare", "Doubtful pairs of persons"),
    "admin_review_text": Message(
        "{count} Person(en) warten auf eine Entscheidung: teilhabe review accept NR --reason … oder "
        "teilhabe review split NR --reason …",
        "{count} person(s) wait for a decision: teilhabe review accept NR --reason … or "
        "teilhabe review split NR --reason …",
    ),
    "admin_usual": Message("Sieht der Tag üblich aus?", "Does the day look usual?"),
    "admin_usual_text": Message(
        "Gesamtwerte vom {as_of} gegen {days} veröffentlichte Tage davor (Great Expectations). Was außerhalb liegt, "
        "hält nichts auf: teilhabe explain KENNZAHL --since TAG sagt, woher es kommt.",
        "Totals of {as_of} against {days} published days before (Great Expectations). What lies outside holds nothing "
        "back: teilhabe explain KPI --since DAY says where it comes from.",
    ),
    "admin_usual_head": Message("Kennzahl|Wert|üblich von|bis|üblich", "KPI|value|usual from|to|usual"),
    "admin_usual_none": Message(
        "Noch keine fünf veröffentlichten Tage, aus denen folgt, was üblich ist.",
        "No five published days yet that would say what is usual.",
    ),
    "admin_runs": Message("Letzte Läufe", "Last runs"),
    "admin_locked": Message(
        "Diese Seite öffnet nur mit der Adresse, die „teilhabe serve“ beim Start nennt.",
        "This page opens only with the address that 'teilhabe serve' prints at its start.",
    ),
    "admin_ready": Message("Datenverwaltung: {address}", "Data administration: {address}"),
}
