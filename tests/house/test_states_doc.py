"""The picture of the states in the docs is the one that the tables draw."""

from tests.house.states_doc import DOC, document


def test_the_docs_show_the_states_as_they_are() -> None:
    assert DOC.read_text(encoding="utf-8") == document()
