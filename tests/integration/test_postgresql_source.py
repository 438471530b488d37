"""Sources in a real PostgreSQL: what a query gives becomes records; it is only ever read."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest

from models.errors import BackendUnavailableError, IdentigraphError, InvalidInputError
from resolution.segments import SourceSummary, ingest_source
from resolution.sources.mapping import load_mapping
from tests.postgres_server import PASSWORD, postgres_server
from tests.small_world import NOON, World, quietly

MAPPING = """\
source: register
format: {{type: database, connection: register, query: "{query}"}}
key: id
record:
  names: [{{kind: {{value: primary}}, given: given, family: family}}]
  dates_of_birth: [{{text: born, order: {{value: ymd}}}}]
"""
EVERYBODY = "SELECT * FROM person ORDER BY id"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres_server() as address:
        with psycopg.connect(address) as connection:
            connection.execute("ALTER DATABASE postgres SET datestyle = 'SQL, DMY'")
            connection.execute(
                "CREATE TABLE person (id bigint, given text, family text, born date, height "
                "numeric(5, 2), score float, is_held boolean, seen timestamptz, aliases text[], "
                "more jsonb, photo bytea)"
            )
            connection.execute(
                "INSERT INTO person VALUES"
                " (1, 'Inés', '日本', '1984-06-17', 1.70, 3, true, '2024-01-02 03:04:05+02',"
                "  '{Ina,Ines}', '{\"x\": [1]}', '\\xdead'),"
                " (2, 'Lucius', E'Tarquinius\\nSuperbus', '0534-03-15 BC', 'NaN', 'Infinity',"
                "  false, 'infinity', '{}', '[]', ''),"
                " (3, 'Ana', 'Lopez', 'infinity', null, null, null, null, null, null, null)"
            )
        yield address


@pytest.fixture
def ingested(
    new_world: Callable[[], World], address: str
) -> Callable[..., tuple[SourceSummary, list[dict[str, Any]]]]:
    world = new_world()
    world.workspace.root.mkdir()

    def ingest(
        query: str = EVERYBODY, at: str = address
    ) -> tuple[SourceSummary, list[dict[str, Any]]]:
        path = world.workspace.root / "register.yaml"
        path.write_text(MAPPING.format(query=query), "utf-8")
        summary = ingest_source(
            load_mapping(path), workspace=world.workspace, log=world.ledger, clock=lambda: NOON,
            progress=quietly, databases={"register": at},
        )  # fmt: skip
        [*segments] = sorted(world.workspace.source_records.glob("*.parquet"))
        return summary, pq.read_table(segments[-1]).to_pylist()

    return ingest


Ingest = Callable[..., tuple[SourceSummary, list[dict[str, Any]]]]


def test_rows_of_a_query_become_records(ingested: Ingest) -> None:
    summary, records = ingested()

    assert (summary.rows, summary.records, summary.quarantined) == (3, 3, 0)
    assert [one["record_id"] for one in records] == ["register:1", "register:2", "register:3"]
    assert records[0]["names"][0]["given"] == "Inés"
    assert records[1]["names"][0]["family"] == "Tarquinius\nSuperbus"


def test_values_come_as_text_whatever_python_can_hold_or_the_server_is_set_to(
    ingested: Ingest,
) -> None:
    _, records = ingested()

    assert [one["dates_of_birth"][0]["text"] for one in records] == [
        "1984-06-17", "0534-03-15 BC", "infinity",
    ]  # fmt: skip
    assert records[0]["extra"] == (
        '{"height":"1.70","score":"3","is_held":"true","seen":"2024-01-02 01:04:05+00",'
        '"aliases":"{Ina,Ines}","more":"{\\"x\\": [1]}","photo":"\\\\xdead"}'
    )


def test_the_same_rows_again_are_not_read_again(ingested: Ingest) -> None:
    ingested()

    again, _ = ingested()

    assert (again.files_new, again.records) == (0, 0)


def test_many_rows_are_fetched_in_parts(ingested: Ingest) -> None:
    query = (
        "SELECT n AS id, 'Given' || n AS given, NULL AS family, NULL AS born "
        "FROM generate_series(1, 45000) n ORDER BY n"
    )

    summary, records = ingested(query)

    assert (summary.rows, summary.records) == (45_000, 45_000)
    assert records[-1]["names"][0]["given"] == "Given45000"


def test_a_query_may_hold_percent_signs_and_end_in_a_semicolon(ingested: Ingest) -> None:
    _, records = ingested("SELECT * FROM person WHERE given LIKE 'In%';")

    assert [one["record_id"] for one in records] == ["register:1"]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("SELECT * FROM nowhere", 'relation "nowhere" does not exist'),
        ("SELECT id, given FROM person", "has no column 'family'"),
        ("SELECT *, 1 / (id - 2) FROM person", "division by zero"),
        ("DELETE FROM person", "syntax error"),
        ("SELECT * FROM person; COMMIT; DELETE FROM person", "multiple commands"),
        ("SELECT *, pg_terminate_backend(pg_backend_pid()) FROM person", "broke off"),
    ],
)
def test_a_query_that_cannot_be_used_is_told_and_changes_nothing(
    ingested: Ingest, address: str, query: str, complaint: str
) -> None:
    with pytest.raises(IdentigraphError, match=complaint):
        ingested(query)

    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (3,)


def test_bytes_that_are_no_text_are_told_with_what_to_do(ingested: Ingest, address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE old TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    query = "SELECT 1 AS id, 'Jos' || chr(233) AS given, NULL AS family, NULL AS born"
    old = address.replace("@/postgres", "@/old")

    with pytest.raises(InvalidInputError, match="client_encoding"):
        ingested(query, old)
    _, [record] = ingested(query, f"{old}&client_encoding=latin1")

    assert record["names"][0]["given"] == "José"


@pytest.mark.parametrize(
    ("change", "kind", "complaint"),
    [
        (("open", "wrong"), BackendUnavailableError, "cannot be reached: .*password"),
        (("@/postgres", "@/nowhere"), BackendUnavailableError, '"nowhere" does not exist'),
        (("host=", "host=%2Fnowhere"), BackendUnavailableError, "cannot be reached"),
        (("%20sesame", " sesame"), InvalidInputError, "address of 'register' cannot be read"),
        (("host=", "hots="), InvalidInputError, "address of 'register' cannot be read"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(
    ingested: Ingest, address: str, change: tuple[str, str], kind: type[Exception], complaint: str
) -> None:
    with pytest.raises(kind, match=complaint) as raised:
        ingested(EVERYBODY, address.replace(*change))

    for error in (raised.value, raised.value.__cause__, raised.value.__context__):
        assert PASSWORD not in str(error)
        assert "sesame" not in str(error)
