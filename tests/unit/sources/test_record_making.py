import json

import pytest

CASES = """ID,NAME,DOB,EVENT,WHEN,UPDATED
1,Ann Lee,1980,visa,2001,2020-01-01
2,Bo Kim,1990,visa,2002,2020-01-01
1,Ann LEE,1980,appeal,2003,2022-01-01
1,Ann Lee,1980-02-03,removal,2004,2021-01-01
"""


def cases(people, **changed):
    record = {
        "names": [{"full": "NAME"}],
        "dates_of_birth": [{"text": "DOB"}],
        "events": [{"kind": "EVENT", "date": "WHEN"}],
    }
    return people(record=record, effective_time="UPDATED", **changed)


def test_collect_makes_one_record_of_the_distinct_items_of_all_rows(bench, people) -> None:
    bench.write("people.csv", CASES)

    read = bench.read(cases(people))

    one = read.record("1")
    assert [each["full"] for each in one["names"]] == ["Ann Lee", "Ann LEE"]
    assert [each["text"] for each in one["dates_of_birth"]] == ["1980", "1980-02-03"]
    assert [each["kind"] for each in one["events"]] == ["visa", "appeal", "removal"]
    assert (one["line"], one["effective_time"]) == (2, "2021-01-01")
    assert len(read.record("2")["events"]) == 1
    assert (read.files[0].n_rows, read.files[0].n_records) == (4, 2)


def test_collect_works_across_files_and_counts_a_record_where_it_begins(bench, people) -> None:
    bench.write("people1.csv", CASES)
    bench.write("people2.csv", "ID,NAME,DOB,EVENT,WHEN,UPDATED\n2,Bo Kim,1990,exit,2009,x\n")

    read = bench.read(cases(people))

    assert [each["kind"] for each in read.record("2")["events"]] == ["visa", "exit"]
    assert [file.n_records for file in read.files] == [2, 0]


def test_latest_takes_the_row_of_the_latest_time(bench, people) -> None:
    bench.write("people.csv", CASES)

    read = bench.read(cases(people, repeats="latest"))

    assert [each["full"] for each in read.record("1")["names"]] == ["Ann LEE"]
    assert read.record("1")["line"] == 4


def test_reject_keeps_the_first_row_and_sets_the_others_aside(bench, people) -> None:
    bench.write("people.csv", CASES)

    read = bench.read(cases(people, repeats="reject"))

    assert read.record("1")["line"] == 2
    assert read.reasons == ["repeated_key", "repeated_key"]
    assert {each["field"] for each in read.quarantine} == {"key"}


def test_rows_left_out_by_where_are_counted(bench, people) -> None:
    bench.write("people.csv", "ID,NAME,TYPE\n1,Ann, individual \n2,Acme,company\n,X,company\n")

    read = bench.read(people(where={"path": "TYPE", "equals": "individual"}))
    others = bench.read(people(where=[{"path": "TYPE", "not_equals": ["individual"]}]))

    assert (read.keys, read.files[0].n_excluded) == (["1"], 2)
    assert (others.keys, others.reasons) == (["2"], ["missing_key"])


def test_parts_of_a_key_cannot_run_together(bench, people) -> None:
    bench.write("people.csv", "ID,SUB,NAME\na|b,c,Ann\na,b|c,Bo\nx,y,Cy\nx,,Di\n")

    read = bench.read(people(key=["ID", "SUB"]))

    assert read.keys == ["a%7Cb|c", "a|b%7Cc", "x|y"]
    assert read.reasons == ["missing_key"]


def test_the_row_number_can_be_the_key(bench, people) -> None:
    bench.write("people1.csv", "NAME\nAnn\n\nBo\n")

    one = bench.read(people(key="row", files=["people1.csv"]))
    many = bench.read(people(key="row"))

    assert one.keys == ["1", "2"]
    assert many.keys == ["people1.csv#1", "people1.csv#2"]


def test_items_without_content_are_left_out(bench, people) -> None:
    bench.write("people.csv", "ID,NAME,P,C\n1, ,,GBR\n2,-,X1,\n")
    record = {
        "names": [{"kind": {"value": "primary"}, "full": {"path": "NAME", "null_if": "-"}}],
        "documents": [{"type": {"value": "passport"}, "number": "P", "country": "C"}],
    }

    read = bench.read(people(record=record))

    assert [each["names"] for each in read.records] == [[], []]
    assert read.record("2")["documents"][0] == {
        "type": "passport", "number": "X1", "country": None, "valid_from": None,
        "valid_to": None, "raw_path": "P, C",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("A", "one", id="path"),
        pytest.param({"paths": ["A", "E", "B"], "separator": ", "}, "one, two x", id="joined"),
        pytest.param(["A", "B"], "one two x", id="joined, short"),
        pytest.param({"path": "B", "find": "two (.)"}, "x", id="found group"),
        pytest.param({"path": "B", "find": "t.o"}, "two", id="found whole"),
        pytest.param({"path": "B", "find": "zzz"}, None, id="not found"),
        pytest.param({"path": "A", "map": {"one": "1"}}, "1", id="mapped"),
        pytest.param({"path": "A", "map": {"two": "2"}}, "one", id="not in the map"),
        pytest.param({"path": "A", "null_if": ["one"]}, None, id="null"),
        pytest.param("N", None, id="null value of the source"),
    ],
)
def test_values_are_taken_as_the_mapping_says(bench, people, value, expected) -> None:
    bench.write("people.csv", "ID,A,B,E,N\n1, one ,two x,,N/A\n")
    record = {"sexes": [{"text": value}], "phones": ["A"]}

    read = bench.read(people(record=record, null_values="N/A"))

    assert [each["text"] for each in read.records[0]["sexes"]] == [expected] * bool(expected)


def test_pieces_of_a_text_are_items(bench, people) -> None:
    bench.write(
        "people.csv", 'ID,ALIASES,REMARKS,LANG\n1,"Al; Ali;; ","Passport A1; Passport B2",x\n'
    )
    record = {
        "names": [{"each": {"path": "ALIASES", "split": ";"}, "full": ".", "suffix": "LANG"}],
        "documents": [
            {"each": {"path": "REMARKS", "find_all": "Passport ([A-Z0-9]+)"}, "number": "."}
        ],
    }

    read = bench.read(people(record=record))

    [one] = read.records
    assert [(e["full"], e["suffix"], e["raw_path"]) for e in one["names"]] == [
        ("Al", "x", "ALIASES[0]"), ("Ali", "x", "ALIASES[1]"),
    ]  # fmt: skip
    assert [each["number"] for each in one["documents"]] == ["A1", "B2"]
    # Only a part of the remarks was taken, so that they are kept.
    assert json.loads(one["extra"]) == {"REMARKS": "Passport A1; Passport B2"}


def test_details_add_items_to_the_records_of_their_key(bench, people) -> None:
    bench.write("people.csv", "ID,NAME,TYPE\n1,Ann,p\n2,Acme,c\n3,Cy,p\n")
    bench.write("alt.csv", "ENT,ALT\n1,Annie\n2,Acme Ltd\n1,Anna\n9,Nobody\n")
    details = [{
        "files": ["alt.csv"], "format": {"type": "csv"}, "key": "ENT",
        "record": {"names": [{"kind": {"value": "alias"}, "full": "ALT"}]},
    }]  # fmt: skip

    mapping = people(details=details, where={"path": "TYPE", "equals": "p"})
    read = bench.read(mapping)

    assert [each["full"] for each in read.record("1")["names"]] == ["Ann", "Annie", "Anna"]
    assert sorted(read.keys) == ["1", "3"]
    assert read.reasons == ["orphan_detail"]
    assert [(f.n_records, f.n_excluded, f.n_quarantined) for f in read.files] == [
        (2, 1, 0), (0, 1, 1),
    ]  # fmt: skip
    assert bench.read(mapping, known=read.files).files == ()


def test_a_new_details_file_reads_the_whole_source_again(bench, people) -> None:
    bench.write("people.csv", "ID,NAME\n1,Ann\n")
    bench.write("alt1.csv", "ID,ALT\n1,Annie\n")
    details = [{
        "files": ["alt*.csv"], "format": {"type": "csv"}, "key": "ID",
        "record": {"names": [{"full": "ALT"}]},
    }]  # fmt: skip
    first = bench.read(people(details=details))
    bench.write("alt2.csv", "ID,ALT\n1,Anna\n")

    second = bench.read(people(details=details), known=first.files)

    assert [each["full"] for each in second.record("1")["names"]] == ["Ann", "Annie", "Anna"]


def test_every_attribute_and_part_can_be_mapped(bench, people) -> None:
    from models.tables import SOURCE_ATTRIBUTES

    parts = {
        attribute: [field.name for field in kind.value_type][:-1]
        for attribute, kind in SOURCE_ATTRIBUTES.items()
    }
    columns = [f"{attribute}.{part}" for attribute, names in parts.items() for part in names]
    for rows in (1, 2):
        bench.write("people.csv", ",".join(["ID", *columns]) + "\n"
                    + "".join(",".join(["1", *(c.upper() for c in columns)]) + "\n"
                              for _ in range(rows)))  # fmt: skip
        record = {
            attribute: [{part: f"{attribute}.{part}" for part in names}]
            for attribute, names in parts.items()
        }

        [one] = bench.read(people(record=record)).records

        for attribute, names in parts.items():
            [item] = one[attribute]
            assert {part: item[part] for part in names} == {
                part: f"{attribute}.{part}".upper() for part in names
            }
