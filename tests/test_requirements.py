"""The marks on the tests name demands that exist, and the table in the documents is up to date."""

from tests.requirements import TABLE, demands, marked, table


def test_every_mark_names_a_demand() -> None:
    assert set(marked()) <= set(demands())


def test_the_table_tells_what_the_marks_say() -> None:
    assert TABLE.read_text() == table(), "run: python -m tests.requirements"


def test_all_126_demands_are_listed() -> None:
    assert len(demands()) == 126
