import gzip
import hashlib
import json
import os
from pathlib import Path

import pytest

from models.errors import InvalidInputError

HEADER = "ID,NAME,NOTE,CITY\n"


def test_rows_become_records_with_all_they_are_known_by(bench, people) -> None:
    path = bench.write("people.csv", HEADER + "7,Ann Lee,tall,Bath\n")

    read = bench.read(people(role="watchlist", duplicate_free=True))

    [record] = read.records
    assert record["record_id"] == "people:7"
    assert (record["role"], record["duplicate_free"]) == ("watchlist", True)
    assert record["file_id"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (record["file_name"], record["line"]) == ("people.csv", 2)
    assert record["names"][0]["full"] == "Ann Lee"
    assert record["names"][0]["raw_path"] == "NAME"
    assert json.loads(record["extra"]) == {"NOTE": "tall", "CITY": "Bath"}
    [file] = read.files
    assert (file.n_rows, file.n_records, file.n_quarantined, file.n_excluded) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le", "utf-32", "iso-8859-15", "cp500"],
)
def test_text_is_read_in_its_encoding(bench, people, encoding: str) -> None:
    bench.write("people.csv", (HEADER + "1,Zoë Müller,a,b\n").encode(encoding))

    read = bench.read(people(format={"type": "csv", "encoding": encoding}))

    assert read.record("1")["names"][0]["full"] == "Zoë Müller"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("shift_jis", "山田 太郎"), ("gb18030", "王小明"), ("cp1251", "Пётр"), ("big5", "許功蓋")],
)
def test_other_scripts_are_read_in_their_old_encodings(bench, people, encoding, name) -> None:
    bench.write("people.csv", (HEADER + f'1,"{name}",a,b\n').encode(encoding))

    read = bench.read(people(format={"type": "csv", "encoding": encoding}))

    assert read.record("1")["names"][0]["full"] == name


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_understood(bench, people, line_end: str) -> None:
    text = HEADER + '1,Ann,"a ""b""",c\n\n2,Bo,,\n'

    bench.write("people.csv", text.replace("\n", line_end))
    read = bench.read(people())

    assert read.keys == ["1", "2"]
    assert [each["line"] for each in read.records] == [2, 4]
    assert json.loads(read.record("1")["extra"]) == {"NOTE": 'a "b"', "CITY": "c"}


def test_a_quoted_field_may_hold_line_ends_and_delimiters(bench, people) -> None:
    bench.write("people.csv", HEADER + '1,"Lee, Ann","two\nlines, ""quoted""",c\n2,Bo,x,y\n')

    read = bench.read(people())

    assert read.record("1")["names"][0]["full"] == "Lee, Ann"
    assert json.loads(read.record("1")["extra"])["NOTE"] == 'two\nlines, "quoted"'
    assert read.record("2")["line"] == 4


def test_other_delimiters_and_quotes_are_read(bench, people) -> None:
    bench.write("people.csv", "ID|NAME\n1|'Lee | Ann'\n2|O\"Neil\n")

    read = bench.read(people(format={"type": "csv", "delimiter": "|", "quote": "'"}))

    assert [each["names"][0]["full"] for each in read.records] == ["Lee | Ann", 'O"Neil']


def test_columns_may_be_named_in_the_mapping(bench, people) -> None:
    bench.write("people.csv", "1,Ann\n2,Bo\n\x1a")

    read = bench.read(people(format={"type": "csv", "header": False, "columns": ["ID", "NAME"]}))

    assert read.keys == ["1", "2"]
    assert [each["line"] for each in read.records] == [1, 2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(b"2,short", "wrong_column_count", id="too few columns"),
        pytest.param(b"2,a,b,c,d", "wrong_column_count", id="too many columns"),
        pytest.param(b'2,"open,b,c', "broken_quotes", id="quote left open"),
        pytest.param(b'2,"a"b,c,d', "broken_quotes", id="text after a quote"),
        pytest.param(b"2,bad\xff,c,d", "undecodable", id="wrong encoding"),
        pytest.param(b"2,nul\0,c,d", "nul_byte", id="NUL byte"),
        pytest.param(b",no key,c,d", "missing_key", id="empty key"),
        pytest.param(b"  ,blank key,c,d", "missing_key", id="blank key"),
        pytest.param(b"2," + b"x" * 600 + b",c,d", "line_too_long", id="over-long"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reason_and_costs_only_itself(
    bench, people, row: bytes, reason: str
) -> None:
    before = (HEADER + "1,Ann,x,y\n").encode()
    bench.write("people.csv", before + row + b"\n3,Cy,x,y\n4,Di,x,y\n")

    read = bench.read(people(), max_line_bytes=500)

    assert read.keys == ["1", "3", "4"]
    assert [each["line"] for each in read.records] == [2, 4, 5]
    [bad] = read.quarantine
    assert (bad["reason_code"], bad["line"], bad["byte_offset"]) == (reason, 3, len(before))
    assert bad["reason"]
    if reason != "missing_key":
        assert bad["raw_bytes"] == len(row)
        assert bad["raw_sha256"] == hashlib.sha256(row).hexdigest()
    assert read.files[0].n_rows == 4


def test_a_quote_left_open_at_the_end_costs_only_its_line(bench, people) -> None:
    bench.write("people.csv", HEADER + '1,Ann,x,y\n2,"Bo,x,y\n3,Cy,x,y')

    read = bench.read(people())

    assert read.keys == ["1", "3"]
    assert read.reasons == ["broken_quotes"]


def test_an_over_long_line_is_known_by_its_place_length_and_hash(bench, people) -> None:
    long = b"2," + b"x" * (9 << 20)
    bench.write("people.csv", HEADER.encode() + long + b"\n3,Cy,x,y\n")

    read = bench.read(people(), max_line_bytes=1000)

    [bad] = read.quarantine
    assert (bad["line"], bad["byte_offset"], bad["raw_bytes"]) == (2, len(HEADER), len(long))
    assert bad["raw_sha256"] == hashlib.sha256(long).hexdigest()
    assert bad["raw"] == long[:1024].decode()
    assert read.record("3")["line"] == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is empty", id="no bytes"),
        pytest.param(b"\xef\xbb\xbf", "is empty", id="byte order mark alone"),
        pytest.param(b"\n\r\n  \n", "is empty", id="blank lines"),
        pytest.param(b"ID,NAM\n1,Ann\n", "has no column 'NAME'", id="missing column"),
        pytest.param(b"ID,NAME,NAME\n1,A,B\n", "more than one column 'NAME'", id="column twice"),
        pytest.param("ID,NAME\n".encode("utf-16"), "encoding: utf-16", id="UTF-16 unannounced"),
        pytest.param(b"ID,NAM\xff\n", "not utf-8", id="header in another encoding"),
        pytest.param(b'ID,"NAME\n1,A\n', "broken quotes", id="broken header"),
        pytest.param(b"ID;NAME\n1;A\n", 'write `delimiter: ";"`', id="semicolons"),
        pytest.param(b"ID\tNAME\n1\tA\n", r'write `delimiter: "\\t"`', id="tabs"),
        pytest.param(gzip.compress(b"ID,NAME\n"), "gzip: unpack it", id="compressed"),
        pytest.param(gzip.compress(b"ID,NAME\n")[:12], "gzip: unpack it", id="cut while packed"),
        pytest.param(b"PK\x03\x04\x14\x00", "save the sheet as CSV", id="workbook"),
        pytest.param(b"PAR1\x15\x04\x15", "type: parquet", id="Parquet"),
    ],
)
def test_an_unusable_file_is_refused_with_the_mend(bench, people, content, said) -> None:
    bench.write("people.csv", content)

    with pytest.raises(InvalidInputError, match=said):
        bench.read(people())


def test_a_title_may_be_what_other_files_begin_with(bench, people) -> None:
    bench.write("people.csv", "PAR1,ID,NAME\n7,1,Ann\n")

    assert bench.read(people()).keys == ["1"]


def test_a_missing_column_is_named_with_the_file_and_the_columns_there_are(bench, people) -> None:
    bench.write("people.csv", "ID,FULL NAME\n1,Ann\n")

    with pytest.raises(InvalidInputError) as caught:
        bench.read(people())

    message = str(caught.value)
    assert "people.csv" in message
    assert "record.names.full" in message
    assert "ID, FULL NAME" in message


def test_a_header_alone_gives_no_records_and_no_error(bench, people) -> None:
    bench.write("people.csv", HEADER)

    read = bench.read(people())

    assert (read.records, len(read.files)) == ([], 1)


def test_columns_that_differ_from_file_to_file_are_all_kept(bench, people) -> None:
    bench.write("people1.csv", "ID,NAME,AGE\n1,Ann,30\n")
    bench.write("people2.csv", "NAME,ID,City\nBo,2,Bath\n")

    read = bench.read(people())

    assert json.loads(read.record("1")["extra"])["AGE"] == "30"
    assert json.loads(read.record("2")["extra"])["City"] == "Bath"
    assert read.record("2")["names"][0]["full"] == "Bo"


@pytest.mark.parametrize(
    "hostile",
    [
        "'; DROP TABLE files; --",
        '"quoted" \\ $1 ? {x}',
        "=cmd|' /C calc'!A0",
        "‮right to left",
        "😀" * 50,
        "<script>alert(1)</script>",
        "%s%n \\u0041 \\N{DASH}",
    ],
)
def test_hostile_text_is_only_text(bench, people, hostile: str) -> None:
    quoted = hostile.replace('"', '""')
    bench.write("people.csv", f'"{quoted}",NAME\n"{quoted}","{quoted}"\n')

    read = bench.read(people(key=hostile, null_values=[hostile + "x"]))

    [record] = read.records
    assert record["source_record_id"] == hostile
    assert record["names"][0]["full"] == hostile


def test_a_link_out_of_the_data_root_is_refused(bench, people, tmp_path) -> None:
    (tmp_path / "secret.csv").write_text("ID,NAME\n1,Ann\n")
    (tmp_path / "data" / "people.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(InvalidInputError, match="leads out of the data root"):
        bench.read(people())


def test_no_matching_file_is_an_error(bench, people) -> None:
    with pytest.raises(InvalidInputError, match=r"no file matches people\*\.csv"):
        bench.read(people())


def test_a_folder_that_may_not_be_looked_into_is_named(bench, people, monkeypatch) -> None:
    bench.write("incoming/people.csv", "ID,NAME\n1,Ann\n")
    closed = bench.root / "data" / "incoming"
    # Root may look into anything, so what the system would say to others is put in its mouth.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))

    with pytest.raises(InvalidInputError, match="incoming cannot be looked into"):
        bench.read(people(files=["incoming/*.csv"]))


def test_a_folder_under_the_name_of_a_file_is_no_file(bench, people) -> None:
    (bench.root / "data" / "people.csv").mkdir(parents=True)

    with pytest.raises(InvalidInputError, match=r"no file matches people\*\.csv"):
        bench.read(people())


def test_a_file_read_before_is_not_read_again(bench, people) -> None:
    bench.write("people1.csv", "ID,NAME\n1,Ann\n")
    first = bench.read(people())
    bench.write("people2.csv", "ID,NAME\n2,Bo\n")
    bench.write("people3.csv", "ID,NAME\n1,Ann\n")

    second = bench.read(people(), known=first.files)
    third = bench.read(people(), known=[*first.files, *second.files])

    assert (first.keys, second.keys) == (["1"], ["2"])
    assert (third.files, third.records) == ((), [])


def test_a_changed_mapping_reads_known_files_again(bench, people) -> None:
    bench.write("people.csv", "ID,NAME\n1,Ann\n")
    first = bench.read(people())

    again = bench.read(people(duplicate_free=True), known=first.files)

    assert again.keys == ["1"]
