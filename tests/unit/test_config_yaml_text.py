"""libyaml and the parser in Python give the same nodes and places; what could nest deeply never meets libyaml."""

from pathlib import Path

import pytest
import yaml

from config.yaml_text import compose

CONFIG = Path(__file__).resolve().parents[2] / "config"


def told(node: yaml.Node | None) -> object:
    if node is None:
        return None
    place = (node.tag, node.start_mark.line, node.start_mark.column, node.start_mark.index)
    if isinstance(node, yaml.ScalarNode):
        return (*place, node.value, node.style or None)
    if isinstance(node, yaml.MappingNode):
        return (*place, [(told(key), told(value)) for key, value in node.value])
    return (*place, [told(item) for item in node.value])


def test_every_shipped_file_reads_the_same_both_ways() -> None:
    texts = [path.read_text("utf-8") for path in sorted(CONFIG.rglob("*.yaml"))]
    assert len(texts) > 20
    for text in texts:
        assert told(compose(text)) == told(yaml.compose(text, Loader=yaml.SafeLoader))


@pytest.mark.parametrize("text", ["[" * 5_000, "- " * 5_000 + "x", "{a: " * 5_000])
def test_a_text_that_nests_without_end_is_an_error_and_no_crash(text: str) -> None:
    with pytest.raises((yaml.YAMLError, RecursionError)):
        compose(text)


def test_a_mistake_is_told_in_the_words_of_the_parser_in_python() -> None:
    wrong = "a: 1\nb: [1, 2\nc: 3\n"
    with pytest.raises(yaml.MarkedYAMLError) as ours:
        compose(wrong)
    with pytest.raises(yaml.MarkedYAMLError) as theirs:
        yaml.compose(wrong, Loader=yaml.SafeLoader)
    assert str(ours.value) == str(theirs.value)
