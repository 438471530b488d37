"""The law of reading: every row is in a record, in quarantine, or left out on purpose."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolution.sources.formats import CsvFormat, JsonLinesFormat
from resolution.sources.readers import delimited, json_lines, lines
from resolution.sources.rows import Reject, RowStream

quick = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Small pieces that make every kind of trouble likely.
hostile_bytes = st.lists(
    st.sampled_from([
        b"a", b"b,c", b",", b'"', b'""', b'"x"', b'"x\ny"', b"\n", b"\r\n", b"\r", b"\0", b"\xff",
        "é".encode(), b"1,2,3,4\n", b'1,"2",3,4\n', b"x" * 40, b"{", b'{"a":1}\n', b"\x1a", b"\t",
    ]),
    max_size=60,
).map(b"".join)  # fmt: skip


def rows_of(stream: RowStream) -> tuple[list[dict[str, object]], list[Reject]]:
    rows: list[dict[str, object]] = []
    rejects: list[Reject] = []
    for piece in stream.batches:
        if isinstance(piece, Reject):
            rejects.append(piece)
        else:
            rows.extend(piece.to_pylist())
    return rows, rejects


def read_csv(content: bytes, *, columns: int, chunk: int, max_line_bytes: int = 1000):
    names = tuple(f"c{at}" for at in range(columns))
    form = CsvFormat(type="csv", header=False, columns=names)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "CHUNK_BYTES", chunk)
        path = Path(folder) / "one.csv"
        path.write_bytes(content)
        return rows_of(delimited.read_delimited(path, form, max_line_bytes))


@quick
@given(hostile_bytes, st.integers(1, 5), st.integers(1, 64), st.sampled_from([20, 1000]))
def test_every_byte_of_a_csv_is_in_a_row_or_a_reject(content, columns, chunk, limit) -> None:
    content = b"1" + b",1" * (columns - 1) + b"\n" + content

    rows, rejects = read_csv(content, columns=columns, chunk=chunk, max_line_bytes=limit)

    # Positions: no two rows or rejects begin on one line, and all lines between are accounted
    # for by the text they hold.
    begins = sorted([int(row["line"]) for row in rows] + [each.line for each in rejects])
    assert len(set(begins)) == len(begins)
    ordinals = sorted(int(row["row"]) for row in rows)
    assert len(set(ordinals)) == len(ordinals)
    assert all(1 <= each <= len(begins) for each in ordinals)
    unified = content
    if b"\n" not in content[:chunk] and b"\r" in content[:chunk]:
        unified = content.replace(b"\r", b"\n")
    by_line = unified.split(b"\n")
    covered = set()
    for row in rows:
        first = int(row["line"])
        text = "".join(str(row[f"c{at}"]) for at in range(columns))
        covered.update(range(first, first + text.count("\n") + 1))
    covered.update(each.line for each in rejects)
    left = [line for n, line in enumerate(by_line, start=1) if n not in covered]
    assert all(line.strip() in (b"", b"\x1a") for line in left), left


@quick
@given(hostile_bytes, st.integers(1, 64))
def test_how_a_csv_is_cut_into_chunks_changes_nothing(content, chunk) -> None:
    content = b"1,1,1\n" + content

    whole = read_csv(content, columns=3, chunk=1 << 20)
    cut = read_csv(content, columns=3, chunk=chunk)

    def by_line(rejects: list[Reject]) -> list[Reject]:
        return sorted(rejects, key=lambda each: each.line)

    assert cut[0] == whole[0]
    assert by_line(cut[1]) == by_line(whole[1])


@quick
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
            min_size=3, max_size=3,
        ).filter(any),
        min_size=1, max_size=12,
    ),
    st.integers(1, 64),
)  # fmt: skip
def test_what_a_csv_writer_writes_is_read_back(table, chunk) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([["x", "y", "z"], *table])

    rows, rejects = read_csv(text.getvalue().encode(), columns=3, chunk=chunk)

    assert rejects == []
    assert [[row["c0"], row["c1"], row["c2"]] for row in rows[1:]] == table


@quick
@given(hostile_bytes, st.integers(1, 64), st.sampled_from([20, 1000]))
def test_every_line_of_json_lines_is_a_row_a_reject_or_blank(content, chunk, limit) -> None:
    content = b'{"a":1}\n' + content
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "CHUNK_BYTES", chunk)
        path = Path(folder) / "one.jsonl"
        path.write_bytes(content)
        form = JsonLinesFormat(type="json_lines")
        rows, rejects = rows_of(json_lines.read_json_lines(path, form, limit))

    if b"\n" not in content[:chunk] and b"\r" in content[:chunk]:
        content = content.replace(b"\r", b"\n")
    filled = [line for line in content.split(b"\n") if line.strip() not in (b"", b"\x1a")]
    assert len(rows) + len(rejects) == len(filled)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    hostile_bytes,
    st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from(["a", "b", ""])), max_size=12),
    st.sampled_from(["collect", "replace", "latest", "reject"]),
)
def test_every_row_is_in_a_record_in_quarantine_or_left_out(
    bench, people, content, rows, repeats
) -> None:
    good = "".join(f"{key},{name},{name}\n" for key, name in rows)
    bench.write("people.csv", b"ID,NAME,TYPE\n" + good.encode() + content)

    read = bench.read(
        people(repeats=repeats, where={"path": "TYPE", "not_equals": "b"}), max_line_bytes=500
    )

    [file] = read.files
    n_in_records = file.n_rows - file.n_quarantined - file.n_excluded
    assert n_in_records >= file.n_records
    if repeats == "reject":
        assert n_in_records == file.n_records
    kept = {key for key, name in rows if name != "b"}
    assert kept <= set(read.keys)
    assert file.n_excluded >= sum(name == "b" for _, name in rows)
