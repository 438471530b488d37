"""Many rows into SQLite, and the next ones made meanwhile."""

import sqlite3
from collections.abc import Iterator

import pytest

from graph.embedded_store.bulk import ahead, insert_rows


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1_250])
def test_every_row_is_inserted_once_however_many_there_are(count: int) -> None:
    rows = [(number, str(number)) for number in range(count)]
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE held (doubled INTEGER, text TEXT, mark INTEGER)")

        insert_rows(connection, "INSERT INTO held VALUES (2 * ?, ?, 7)", rows)

        held = connection.execute("SELECT * FROM held ORDER BY doubled").fetchall()
    assert held == [(2 * number, text, 7) for number, text in rows]


def test_what_is_made_ahead_comes_whole_and_in_order() -> None:
    assert list(ahead(iter(range(100)))) == list(range(100))
    assert list(ahead([])) == []


def test_a_failure_in_making_what_comes_next_is_told_where_it_would_have_come() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise OSError("no more")

    coming = ahead(failing())

    assert next(coming) == 1
    with pytest.raises(OSError, match="no more"):
        next(coming)


def test_who_stops_early_waits_for_no_more_than_what_is_being_made() -> None:
    made: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            made.append(len(made))
            yield made[-1]

    coming = ahead(endless())
    assert next(coming) == 0
    coming.close()

    assert len(made) <= 2
