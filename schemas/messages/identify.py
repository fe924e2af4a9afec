"""Sentences of the identify stage (E4xx) and of its weights."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E400": Message(
        "Die Gewichtedatei „{file}“ ist nicht lesbar oder kein YAML. Weiter: Datei im Ordner identity prüfen.",
        "The weights file '{file}' cannot be read or is no YAML. Next: check the file in folder identity.",
    ),
    "E401": Message(
        "In der Gewichtedatei „{file}“ fehlt eine Zahl: {detail}. Weiter: mit weights-3.yaml vergleichen.",
        "The weights file '{file}' lacks a value, or it is no number: {detail}. Next: compare with weights-3.yaml.",
    ),
    "E402": Message(
        "In der Gewichtedatei „{file}“ muss floor unter link_score liegen und link_lead mindestens 0 sein.",
        "In the weights file '{file}' floor must lie below link_score, and link_lead must be at least 0.",
    ),
    "E403": Message(
        "Tabelle „{table}“: Spalte {column} fehlt. Das ist ein Fehler im Programm, nicht in der Lieferung.",
        "Table '{table}': column {column} is missing. This is a defect of the program, not of the delivery.",
    ),
    "E404": Message(
        "Tabelle „{table}“: {count} Schlüssel in {column} sind leer oder stehen doppelt.",
        "Table '{table}': {count} keys in {column} are empty or stand twice.",
    ),
    "E406": Message(
        "Die Gewichte „{file}“ haben noch nicht entschieden; zuerst zeigen, welche Verbindungen sie ändern. "
        "Weiter: teilhabe identity weights diff DATEI, dann accept DATEI --reason TEXT.",
        "The weights '{file}' have never ruled; first show which links they change. "
        "Next: teilhabe identity weights diff FILE, then accept FILE --reason TEXT.",
    ),
    "E410": Message(
        "Die Namen im Tresor sind unter dem Schlüssel {key} versiegelt, und der ist nicht da. "
        "Weiter: {variable} um diesen Schlüssel ergänzen.",
        "The names in the vault are sealed under the key {key}, which is not at hand. Next: add it to {variable}.",
    ),
    "E411": Message(
        "Kein Schlüssel für die Namen im Tresor. Weiter: {variable} setzen (32 Byte als Base64 oder 64 Hexziffern).",
        "There is no key for the names in the vault. Next: set {variable} (32 bytes as Base64 or 64 hex digits).",
    ),
    "vault_sealed": Message(
        "Namen, E-Mail und Telefon im Tresor sind versiegelt (Schlüssel {key}).",
        "Names, e-mail and telephone in the vault are sealed (key {key}).",
    ),
    "vault_plain": Message(
        "Namen, E-Mail und Telefon im Tresor stehen im Klartext.",
        "Names, e-mail and telephone in the vault stand in plain text.",
    ),
    "vault_plain_with_key": Message(
        "Die Namen im Tresor stehen im Klartext, obwohl ein Schlüssel für sie da ist. "
        "Weiter: teilhabe vault seal --reason TEXT, oder den Schlüssel entfernen.",
        "The names in the vault stand in plain text although there is a key for them. "
        "Next: teilhabe vault seal --reason TEXT, or take the key away.",
    ),
    "vault_from_the_start": Message(
        "Neuer Kreis, ein Schlüssel ist da: von Anfang an versiegelt.",
        "New county, a key is there: sealed from the start.",
    ),
    "vault_keys": Message("Schlüssel zur Hand: {keys}", "Keys at hand: {keys}"),
    "vault_rows": Message("{count} Zeilen neu geschrieben.", "{count} rows rewritten."),
    "E405": Message(
        "{count} Entscheidungen nennen ein Paar zugleich verbunden und getrennt. Weiter: teilhabe review list.",
        "{count} decisions name the same pair both as linked and as split. Next: teilhabe review list.",
    ),
    "weights_rule": Message("Es gelten die Gewichte „{file}“ ({sha256}).", "The weights '{file}' rule ({sha256})."),
    "weights_wait": Message(
        "Die Gewichte „{file}“ ({sha256}) sind noch nicht in Kraft gesetzt; die Nacht wartet auf teilhabe identity "
        "weights accept.",
        "The weights '{file}' ({sha256}) are not in force; the night waits for teilhabe identity weights accept.",
    ),
    "weights_headings": Message(
        "Wirkung|Quelle|Kennung/Datei|Zeile|bisher|danach|mit|Regel", "effect|source|id/file|row|before|after|with|rule"
    ),
    "weights_same": Message("Diese Gewichte ändern keine Verbindung.", "These weights change no link."),
    "weights_accepted": Message(
        "Die Gewichte „{file}“ gelten ab der nächsten Nacht (identity/weights.yaml).",
        "The weights '{file}' rule from the next night on (identity/weights.yaml).",
    ),
    "link_gained": Message("gewonnen", "gained"),
    "link_lost": Message("verloren", "lost"),
    "link_moved": Message("andere Person", "moved"),
    "link_asked": Message("wird gefragt", "asked"),
    "link_left_out": Message("nicht mehr gefragt", "left out"),
    "link_would_gain": Message("Kennungen: würde verbinden", "ids: would link"),
    "link_would_lose": Message("Kennungen: würde nicht verbinden", "ids: would not link"),
}
