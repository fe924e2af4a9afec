"""``teilhabe identity weights``: new weights show which links they gain and lose before they rule."""

import argparse

from flows.cli.arguments import Verbs, add_verb, reason
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "identity", "Gewichte der Personenzuordnung: vergleichen, in Kraft setzen")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    weights = add_verb(nouns, "weights", "feste Gewichte: welche gelten, was neue ändern würden")
    acts = weights.add_subparsers(dest="act", metavar="TUN", required=True)
    add_verb(acts, "show", "welche Gewichte gelten").set_defaults(action=show_weights)
    diff = add_verb(acts, "diff", "welche Verbindungen neue Gewichte gewinnen und verlieren; ändert nichts")
    diff.add_argument("file", metavar="DATEI")
    diff.set_defaults(action=show_diff)
    accept = add_verb(acts, "accept", "neue Gewichte gelten ab der nächsten Nacht; schreibt identity/weights.yaml")
    accept.add_argument("file", metavar="DATEI")
    accept.add_argument(
        "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
    )
    accept.set_defaults(action=accept_file)


def show_weights(args: argparse.Namespace) -> Answer:
    """Show the weights file in use, and whether it has been accepted."""
    from flows.cli.opening import county_of, open_session
    from schemas.messages import say
    from tasks.identify.weights_change import hash_of, ruling_weights

    file = county_of(args).weights_file
    with open_session(args) as session:
        ruling = ruling_weights(session)
    mine = hash_of(file)
    rules = ruling is None or ruling.sha256 == mine
    document = {"file": file.name, "sha256": mine, "rules": rules, "ruling": ruling.sha256 if ruling else None}
    return Answer(document, [say("weights_rule" if rules else "weights_wait", file=file.name, sha256=mine[:12])])


def show_diff(args: argparse.Namespace) -> Answer:
    """List links gained and lost, by place; no name, nothing is applied."""
    from collections import Counter
    from pathlib import Path

    from flows.cli.opening import config_dir_of
    from flows.identity import weights_diff
    from schemas.messages import say

    rows = weights_diff(config_dir_of(args), Path(args.file))
    counts = Counter(row["effect"] for row in rows)
    cells = [
        [
            say(f"link_{row['effect']}"),
            row["source"],
            row["person_id"] or row["file"],
            row["row"],
            (row["before_uid"] or "")[:8],
            (row["after_uid"] or "")[:8],
            row["other_id"],
            row["rule"],
        ]
        for row in rows
    ]
    lines = table(say("weights_headings").split("|"), cells, right=(3,)) if rows else [say("weights_same")]
    lines += [f"{say(f'link_{effect}')}: {count}" for effect, count in sorted(counts.items())]
    return Answer({"summary": dict(sorted(counts.items())), "rows": rows}, lines)


def accept_file(args: argparse.Namespace) -> Answer:
    """Record who let these weights rule, why, and what they change."""
    from pathlib import Path

    from flows.cli.opening import config_dir_of
    from flows.identity import accept
    from schemas.messages import say

    changes = accept(config_dir_of(args), Path(args.file), args.reason)
    name = Path(args.file).name
    return Answer({"file": name, "changes": changes}, [say("weights_accepted", file=name)])
