"""YAML text to nodes: libyaml's parser where it is safe, since a county's files are read at every command.

libyaml descends in C without a limit and words its complaints otherwise. So a text that could nest deeply, and one
that libyaml refuses, goes to the parser in Python, whose marks and words the messages show.
"""

import yaml

LONGEST_LINE = 400
MOST_BRACKETS = 400


def compose(text: str) -> yaml.Node | None:
    """Return the document's node; errors as ``yaml.compose`` with the parser in Python."""
    if yaml.__with_libyaml__ and _is_shallow(text):
        try:
            return yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _is_shallow(text: str) -> bool:
    return text.count("[") + text.count("{") <= MOST_BRACKETS and all(
        len(line) <= LONGEST_LINE for line in text.splitlines()
    )
