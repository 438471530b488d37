import json
import sqlite3
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.errors import BackendUnavailableError, InvalidInputError

PEOPLE = [
    {
        "id": 1,
        "person": {
            "names": [{"first": "Ann", "last": "Lee", "script": "Latn"}, {"first": "Anna"}],
            "dob": "1980-02-03",
            "eyes": "blue",
        },
        "nationalities": ["GBR", "IRN"],
        "trips": [{"legs": [{"to": "Bath"}, {"to": "York"}]}, {"legs": [{"to": "Hull"}]}],
    },
    {"id": "2", "person": {"names": {"first": "Bo"}}, "nationalities": "FRA"},
    {"id": 3, "person": "unknown", "nationalities": None},
]
RECORD = {
    "names": [{"each": "person.names", "given": "first", "family": "last", "order": "^ord"}],
    "dates_of_birth": ["person.dob"],
    "nationalities": [{"each": "nationalities", "text": "."}],
    "events": [{"kind": {"value": "trip"}, "each": "trips[*].legs", "detail": "to"}],
}


@pytest.fixture
def nested(bench, people):
    """Return a reader of PEOPLE in one of the nested formats."""

    def read(kind: str):
        lines = [json.dumps(each) for each in PEOPLE]
        content, form = {
            "json_lines": ("\n".join(lines), {}),
            "json array": (f"[{','.join(lines)}]", {"type": "json"}),
            "json": (json.dumps({"data": {"all": PEOPLE}}), {"records": "data.all"}),
        }[kind]
        bench.write("people.json", content)
        form = {"type": kind, **form}
        return bench.read(people(format=form, files=["people.json"], key="id", record=RECORD))

    return read


@pytest.mark.parametrize("kind", ["json_lines", "json array", "json"])
def test_nested_lists_become_items_that_know_their_place(nested, kind: str) -> None:
    read = nested(kind)

    one = read.record("1")
    assert [(e["given"], e["family"], e["raw_path"]) for e in one["names"]] == [
        ("Ann", "Lee", "person.names[0]"), ("Anna", None, "person.names[1]"),
    ]  # fmt: skip
    assert [each["text"] for each in one["nationalities"]] == ["GBR", "IRN"]
    assert [(each["detail"], each["raw_path"]) for each in one["events"]] == [
        ("Bath", "trips[0].legs[0]"), ("York", "trips[0].legs[1]"), ("Hull", "trips[1].legs[0]"),
    ]  # fmt: skip
    assert [each["line"] for each in read.records] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["json_lines", "json array", "json"])
def test_one_element_alone_is_a_list_of_one(nested, kind: str) -> None:
    two = nested(kind).record("2")

    assert [each["given"] for each in two["names"]] == ["Bo"]
    assert [each["text"] for each in two["nationalities"]] == ["FRA"]


def test_what_the_mapping_does_not_name_is_kept_as_json(nested) -> None:
    read = nested("json_lines")

    extra = json.loads(read.record("1")["extra"])
    assert extra["person"] == {"eyes": "blue", "names": [{"script": "Latn"}]}
    assert extra["trips"] == PEOPLE[0]["trips"]
    assert set(extra) == {"person", "trips"}
    assert json.loads(read.record("3")["extra"]) == {"person": "unknown"}
    assert read.record("2")["extra"] is None


def test_lines_that_are_no_objects_are_set_aside(bench, people) -> None:
    bad = [
        "nonsense",
        "[1]",
        "42",
        '{"ID": 1',
        '{"ID": "a\\u0000b"}',
        '{"a":' * 9000 + "1" + "}" * 9000,
    ]
    lines = ['{"ID": 1, "NAME": "Ann"}', *bad, "", '{"ID": 2}', "  ", '{"NAME": "none"}']
    bench.write("people.jsonl", "\n".join(lines).encode() + b'\n{"ID": "\xff"}\n')

    read = bench.read(people(format={"type": "json_lines"}, files=["*.jsonl"]))

    assert read.keys == ["1", "2"]
    assert sorted(read.reasons) == ["invalid_json"] * 6 + ["missing_key", "undecodable"]
    assert read.files[0].n_rows == 10
    assert {each["line"] for each in read.quarantine} == {2, 3, 4, 5, 6, 7, 11, 12}


def test_an_over_long_json_line_is_set_aside(bench, people) -> None:
    bench.write("people.jsonl", '{"ID": 1}\n{"ID": "' + "x" * 5000 + '"}\n{"ID": 3}\n')

    read = bench.read(people(format={"type": "json_lines"}, files=["*.jsonl"]), max_line_bytes=99)

    assert (read.keys, read.reasons) == (["1", "3"], ["line_too_long"])


@pytest.mark.parametrize(
    ("content", "keys", "n_bad"),
    [
        pytest.param('[{"ID": 1}, {"ID": 2}, {"ID":', ["1", "2"], 1, id="breaks off"),
        pytest.param('[{"ID": 1}, nonsense, {"ID": 2}]', ["1"], 1, id="breaks in the middle"),
        pytest.param("nonsense", [], 1, id="no JSON at all"),
        pytest.param('[{"ID": 1}, 7, "x", {"ID": 2}]', ["1", "2"], 2, id="elements no objects"),
        pytest.param('\ufeff[{"ID": 1}]', ["1"], 0, id="byte order mark"),
        pytest.param('{"ID": 1}', ["1"], 0, id="one object"),
        pytest.param("[]", [], 0, id="empty array"),
        pytest.param('[{"ID": "a\\u0000"}]', [], 1, id="NUL character"),
        pytest.param('[{"ID": 1}, {"ID": "' + "x" * 300_000 + '"}]', ["1"], 1, id="over-long"),
    ],
)
def test_a_json_document_gives_what_can_be_read(bench, people, content, keys, n_bad) -> None:
    bench.write("people.json", content)

    read = bench.read(people(format={"type": "json"}, files=["*.json"]), max_line_bytes=1000)

    assert read.keys == keys
    assert len(read.quarantine) == n_bad


def test_a_wrong_path_to_the_records_is_an_error(bench, people) -> None:
    bench.write("people.json", '{"people": [{"ID": 1}]}')

    with pytest.raises(InvalidInputError, match="nothing at `records: persons`"):
        bench.read(people(format={"type": "json", "records": "persons"}, files=["*.json"]))


XML = """<?xml version="1.0" encoding="{encoding}"?>
<list xmlns="urn:example"><made>2020</made>
<person id="1"><name kind="primary"><first>Zoë</first></name><name><first>Zo</first></name>
<dob precision="year">1980</dob><nat>GBR</nat><eyes>blue</eyes></person>
<person id="2"><name><first>Bo</first></name><dob>1981</dob><nat>GBR</nat><nat>FRA</nat></person>
</list>"""
XML_MAPPING = {
    "source": "border",
    "format": {"type": "xml", "record": "person"},
    "files": ["*.xml"],
    "key": "@id",
    "record": {
        "names": [{"each": "name", "given": "first", "kind": "@kind"}],
        "dates_of_birth": [{"text": "dob", "precision": "dob.@precision"}],
        "nationalities": [{"each": "nat", "text": "."}],
    },
}


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16"])
def test_xml_elements_become_records(bench, encoding: str) -> None:
    bench.write("people.xml", XML.format(encoding=encoding).encode(encoding))

    read = bench.read(XML_MAPPING)

    one, two = read.record("1"), read.record("2")
    assert [(e["given"], e["kind"]) for e in one["names"]] == [("Zoë", "primary"), ("Zo", None)]
    assert (one["dates_of_birth"][0]["text"], one["dates_of_birth"][0]["precision"]) == (
        "1980", "year",
    )  # fmt: skip
    assert two["dates_of_birth"][0]["text"] == "1981"
    assert [each["text"] for each in two["nationalities"]] == ["GBR", "FRA"]
    assert json.loads(one["extra"]) == {"eyes": "blue"}
    assert two["extra"] is None


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_xml_that_declares_entities_is_refused(bench, doctype: str) -> None:
    bench.write("people.xml", f'{doctype}<x><person id="1"><dob>&b;</dob></person></x>')

    with pytest.raises(InvalidInputError, match="declares entities"):
        bench.read(XML_MAPPING)


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("<person id='2'><bad></person></x>", id="tags crossed"),
        pytest.param("<person id='2'>", id="breaks off"),
        pytest.param("<person id='2'>&nbsp;</person></x>", id="unknown entity"),
        pytest.param("<person id='2'>\0</person></x>", id="NUL"),
        pytest.param("<person>" * 500, id="nested without end"),
        pytest.param("<person id='2'><dob>" + "x" * 300_000 + "</dob></person></x>", id="long"),
    ],
)
def test_broken_xml_gives_the_elements_before_the_break(bench, rest: str) -> None:
    bench.write("people.xml", f"<x><person id='1'><dob>1980</dob></person>{rest}")

    read = bench.read(XML_MAPPING, max_line_bytes=1000)

    assert (read.keys, read.reasons) == (["1"], ["broken_document"])
    assert read.files[0].n_rows == 2


@pytest.mark.parametrize("encoding", ["nonsense", "shift_jis"])
def test_xml_in_an_encoding_that_cannot_be_read_is_refused(bench, encoding: str) -> None:
    bench.write("people.xml", f'<?xml version="1.0" encoding="{encoding}"?><r><p id="1"/></r>')

    with pytest.raises(InvalidInputError, match="save it as UTF-8"):
        bench.read(XML_MAPPING)


def test_xml_without_such_an_element_is_an_error(bench) -> None:
    bench.write("people.xml", "<x><human/></x>")

    with pytest.raises(InvalidInputError, match="no element <person>"):
        bench.read(XML_MAPPING)


@pytest.mark.parametrize("form", ["json_lines", "json", "xml", "parquet"])
def test_an_empty_file_is_refused(bench, people, form: str) -> None:
    bench.write("people.x", "")
    more = {"record": "person"} if form == "xml" else {}

    with pytest.raises(InvalidInputError, match="is empty"):
        bench.read(people(format={"type": form, **more}, files=["people.x"]))


def test_flat_parquet_is_read_as_columns(bench, people) -> None:
    table = pa.table({
        "ID": [1, 2, None], "NAME": ["Ann", " Bo ", "Cy"], "born": [1980.0, None, 1.5],
        "day": [date(1980, 2, 3), None, None],
    })  # fmt: skip
    pq.write_table(table, bench.root / "data" / "people.parquet")
    record = {"names": [{"full": "NAME"}], "dates_of_birth": [{"year": "born"}, {"text": "day"}]}

    read = bench.read(people(format={"type": "parquet"}, files=["*.parquet"], record=record))

    one = read.record("1")
    assert [(e["year"], e["text"]) for e in one["dates_of_birth"]] == [
        ("1980", None), (None, "1980-02-03"),
    ]  # fmt: skip
    assert read.record("2")["names"][0]["full"] == "Bo"
    assert read.reasons == ["missing_key"]


def test_nested_parquet_is_read_as_documents(bench, people) -> None:
    table = pa.table({"ID": ["1"], "names": [[{"first": "Ann"}, {"first": "Anna"}]], "x": [1]})
    pq.write_table(table, bench.root / "data" / "people.parquet")
    record = {"names": [{"each": "names", "given": "first"}]}

    read = bench.read(people(format={"type": "parquet"}, files=["*.parquet"], record=record))

    [one] = read.records
    assert [each["given"] for each in one["names"]] == ["Ann", "Anna"]
    assert json.loads(one["extra"]) == {"x": 1}


@pytest.mark.parametrize("content", [b"PAR1 nonsense", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_refused(bench, people, content: bytes) -> None:
    bench.write("people.parquet", content)

    with pytest.raises(InvalidInputError, match="not a Parquet file"):
        bench.read(people(format={"type": "parquet"}, files=["*.parquet"]))


@pytest.fixture
def casework(bench):
    path = bench.root / "data" / "casework.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE person (ID INTEGER, NAME TEXT, AGE REAL, PHOTO BLOB)")
        connection.execute(
            "INSERT INTO person VALUES (1, 'Ann', 30.0, x'00ff'), (2, NULL, 1.5, NULL)"
        )
    connection.close()
    return path


def database_mapping(people, query: str = "SELECT * FROM person ORDER BY ID"):
    form = {"type": "database", "connection": "casework", "query": query}
    mapping = people(format=form)
    del mapping["files"]
    return mapping


def test_a_database_query_is_read_and_known_by_its_rows(bench, people, casework) -> None:
    where = {"casework": "sqlite:///casework.db"}

    first = bench.read(database_mapping(people), databases=where)
    again = bench.read(database_mapping(people), databases=where, known=first.files)
    with sqlite3.connect(casework) as connection:
        connection.execute("UPDATE person SET NAME = 'Bo' WHERE ID = 2")
    connection.close()
    changed = bench.read(database_mapping(people), databases=where, known=first.files)

    assert first.keys == ["1", "2"]
    assert json.loads(first.record("1")["extra"]) == {"AGE": "30", "PHOTO": "00ff"}
    assert first.files[0].file_name == "database:casework"
    assert again.files == ()
    assert changed.record("2")["names"][0]["full"] == "Bo"


@pytest.mark.parametrize(
    ("query", "databases", "error", "said"),
    [
        pytest.param("SELECT 1", {}, InvalidInputError, "no database named", id="no address"),
        pytest.param("SELEC", {"casework": "sqlite:///casework.db"}, InvalidInputError,
                     "query of 'casework' failed", id="broken query"),
        pytest.param("DELETE FROM person", {"casework": "sqlite:///casework.db"},
                     InvalidInputError, "casework", id="not a question"),
        pytest.param("SELECT 1", {"casework": "sqlite:///none.db"}, BackendUnavailableError,
                     "not there", id="no such database"),
        pytest.param("SELECT 1", {"casework": "oracle://x"}, InvalidInputError, "must begin",
                     id="unknown kind"),
    ],
)  # fmt: skip
def test_an_unusable_database_is_refused(
    bench, people, casework, query, databases, error, said
) -> None:
    with pytest.raises(error, match=said):
        bench.read(database_mapping(people, query), databases=databases)

    with sqlite3.connect(casework) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (2,)
    connection.close()
