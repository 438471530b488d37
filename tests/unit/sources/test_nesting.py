"""How deep JSON nests, against a parser and in however many pieces it comes."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.sources.readers.nesting import MAX_DEPTH, Nesting

values = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('a"\\[]{}é')),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.sampled_from('a"\\[{')), inner),
    max_leaves=30,
)


def depth_of(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    is_nested = isinstance(value, (dict, list))
    return is_nested + max((depth_of(part) for part in parts), default=0)


@settings(max_examples=200, deadline=None)
@given(values, st.integers(1, 9), st.integers(0, 8))
def test_a_document_is_read_whole_or_up_to_the_bracket_that_is_one_too_many(
    value: Any, size: int, limit: int
) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    nesting = Nesting()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("resolution.sources.readers.nesting.MAX_DEPTH", limit)
        read = b""
        for start in range(0, len(text), size):
            piece = text[start : start + size]
            part = nesting.shallow_part(piece)
            read += part
            if part != piece:
                break

    assert (read == text) == (depth_of(value) <= limit)
    if read != text:
        assert text[len(read) : len(read) + 1] in (b"{", b"[")


def test_brackets_within_a_text_of_many_pieces_are_no_nesting() -> None:
    nesting = Nesting()

    pieces = [b'["', b"[" * 2 * MAX_DEPTH, b"\\", b'"' + b"{" * 2 * MAX_DEPTH, b'"]']

    assert [nesting.shallow_part(piece) for piece in pieces] == pieces


def test_a_document_of_brackets_costs_no_memory_and_nothing_before_them(
    bench: Any, people: Any
) -> None:
    good = b'{"ID": 1, "NAME": "Ana"}, {"ID": 2, "NAME": "[{"}, '
    bench.write("people.json", b'{"people": [' + good + b"[" * 200_000)

    read = bench.read(people(format={"type": "json", "records": "people"}, files=["*.json"]))

    assert read.keys == ["1", "2"]
    assert read.reasons == ["broken_document"]
    assert "more than 500 deep" in read.quarantine[0]["reason"]
