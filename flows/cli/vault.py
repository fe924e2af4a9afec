"""``teilhabe vault``: are names in the vault sealed, seal them, open them."""

import argparse

from flows.cli.arguments import Verbs, add_verb, reason
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "vault", "Namen im Tresor: versiegeln, damit kein Datenbankauszug sie nennt")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    add_verb(nouns, "status", "ob die Namen versiegelt sind und unter welchem Schlüssel").set_defaults(action=status)
    seal = add_verb(nouns, "seal", "alle Namen, E-Mail und Telefon unter den ersten Schlüssel in TEILHABE_VAULT_KEY")
    seal.set_defaults(action=seal_all)
    opened = add_verb(nouns, "open", "alle Namen, E-Mail und Telefon wieder im Klartext ablegen")
    opened.set_defaults(action=open_all)
    for each in (seal, opened):
        each.add_argument(
            "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
        )


def status(args: argparse.Namespace) -> Answer:
    """Tell the state; nothing is changed."""
    import uuid

    from flows.cli.opening import config_dir_of
    from flows.parameters import today_in
    from flows.vaulting import vault_state
    from schemas.messages import say
    from tasks.run import Run, county_at

    folder = config_dir_of(args)
    state = vault_state(Run(folder, str(uuid.uuid4()), today_in(county_at(folder))))
    line = say("vault_sealed", key=state["key"]) if state["sealed"] else say("vault_plain")
    return Answer(state, [line, say("vault_keys", keys=", ".join(state["keys_at_hand"]) or "–")])


def seal_all(args: argparse.Namespace) -> Answer:
    """Seal."""
    from flows.cli.opening import config_dir_of
    from flows.vaulting import seal_names
    from schemas.messages import say

    done = seal_names(config_dir_of(args), args.reason)
    return Answer(done, [say("vault_sealed", key=done["key"]), say("vault_rows", count=done["rows"])])


def open_all(args: argparse.Namespace) -> Answer:
    """Open."""
    from flows.cli.opening import config_dir_of
    from flows.vaulting import open_names
    from schemas.messages import say

    done = open_names(config_dir_of(args), args.reason)
    return Answer(done, [say("vault_plain"), say("vault_rows", count=done["rows"])])
