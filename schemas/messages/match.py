"""Sentences of the match stage and of the rules it reads (E6xx)."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E601": Message(
        "{place}: unbekannter Schlüssel „{key}“{hint}",
        "{place}: unknown key '{key}'{hint}",
    ),
    "E602": Message("{place}: Schlüssel „{key}“ fehlt", "{place}: key '{key}' is missing"),
    "E603": Message("{place}: „{key}“ erwartet {expected}", "{place}: '{key}' expects {expected}"),
    "E604": Message(
        "{place}: Bedingung nicht lesbar bei „{found}“, erwartet: {expected}",
        "{place}: condition cannot be read at '{found}', expected: {expected}",
    ),
    "E605": Message("{place}: unbekanntes Merkmal „{key}“{hint}", "{place}: unknown fact '{key}'{hint}"),
    "E606": Message(
        "{place}: „{operator}“ verbindet {left} mit {right}; das passt nicht zusammen",
        "{place}: '{operator}' joins {left} with {right}; these do not go together",
    ),
    "E607": Message(
        "{place}: Regel „{rule}“ gilt in zwei Fassungen zugleich (Fassungen {first} und {second})",
        "{place}: rule '{rule}' is in force twice at once (versions {first} and {second})",
    ),
    "E608": Message("{place}: unbekannter Code „{key}“{hint}", "{place}: unknown code '{key}'{hint}"),
    "E609": Message("{place}: kein lesbares YAML: {problem}", "{place}: not readable as YAML: {problem}"),
    "E610": Message(
        "{place}: Schlüssel „{key}“ steht zweimal",
        "{place}: key '{key}' stands twice",
    ),
    "E611": Message(
        "{place}: keine Regeldatei gefunden (erwartet *.yaml)",
        "{place}: no rule file found (expected *.yaml)",
    ),
    "E612": Message(
        "{place}: am {day} gilt keine Fassung der Zuteilungsordnung",
        "{place}: no version of the matching order is in force on {day}",
    ),
    "E613": Message(
        "{place}: zu viele Regeln, höchstens {most} dürfen nebeneinander stehen",
        "{place}: too many rules, at most {most} may stand side by side",
    ),
    "E620": Message(
        "Tabelle „{table}“ für die Zuteilung ohne Spalte(n): {columns}",
        "Table '{table}' for matching lacks column(s): {columns}",
    ),
    "E621": Message(
        "Tabelle „{table}“ für die Zuteilung: {count} Schlüssel stehen mehrfach",
        "Table '{table}' for matching: {count} keys stand more than once",
    ),
    "E630": Message(
        "Zuteilung brach auf Stufe „{level}“ ab: der Löser meldet Status {status} bei {size} Paaren",
        "Assignment stopped at level '{level}': the solver reports status {status} on {size} pairs",
    ),
    "E641": Message(
        "Kein Bündel „{cluster}“; es gibt nur die, die „teilhabe match gaps“ nennt.",
        "No cluster '{cluster}'; there are only those that 'teilhabe match gaps' names.",
    ),
    "E642": Message(
        "Im Ordner „{place}“ steht keine Regeldatei (*.yaml)", "Folder '{place}' holds no rule file (*.yaml)"
    ),
    "E645": Message(
        "Kein Angebot „{offer}“ in der neuesten Lieferung der Anbieter",
        "No offer '{offer}' in the newest delivery of the providers",
    ),
    "E644": Message(
        "Die Einwilligung zur Fallarbeit ist widerrufen: es wird nichts vorgeschlagen und nichts gezeigt",
        "Consent to case work is withdrawn: nothing is proposed and nothing is shown",
    ),
    "E640": Message(
        "Keine offenen Bedarfe zu dieser Kennung (Schreibweise, Einwilligung und Stichtag prüfen)",
        "No open needs for this key (check spelling, consent and as-of day)",
    ),
}
