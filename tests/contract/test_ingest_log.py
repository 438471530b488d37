from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from models.errors import BackendUnavailableError, InvalidInputError
from models.provenance import IngestedFile, Segment
from tests.contract.sample_runs import NOON, make_run


def a_file(name: str) -> IngestedFile:
    return IngestedFile(
        file_id=name * 8, file_name=f"{name} 'é'.csv", source="casework", mapping_version="m1",
        n_rows=10, n_records=8, n_quarantined=1, n_excluded=1,
    )  # fmt: skip


def a_segment(sequence: int, *files: IngestedFile, delivery: str = "delta") -> Segment:
    return Segment(sequence, "casework", delivery, NOON, files)


def test_an_empty_log_has_no_files_and_no_segments(store: Any) -> None:
    assert store.files() == []
    assert store.segments() == []


def test_segments_are_read_as_they_were_registered_in_order(
    open_store: Callable[[], Any],
) -> None:
    segments = [
        a_segment(1, a_file("b"), a_file("a")),
        a_segment(2, delivery="snapshot"),
        a_segment(3, a_file("c")),
    ]
    store = open_store()
    for segment in segments:
        store.register_segment(segment)

    assert open_store().segments() == segments
    assert open_store().files() == [a_file("b"), a_file("a"), a_file("c")]


@pytest.mark.parametrize("sequence", [0, 1, 3])
def test_a_segment_must_be_the_next(store: Any, sequence: int) -> None:
    store.register_segment(a_segment(1, a_file("a")))

    with pytest.raises(BackendUnavailableError):
        store.register_segment(a_segment(sequence, a_file("b")))

    assert len(store.segments()) == 1
    assert store.files() == [a_file("a")]


def test_a_file_is_read_once_by_a_mapping_version(store: Any) -> None:
    store.register_segment(a_segment(1, a_file("a")))

    with pytest.raises(InvalidInputError):
        store.register_segment(a_segment(2, a_file("b"), a_file("a")))

    assert len(store.segments()) == 1
    store.register_segment(a_segment(2, replace(a_file("a"), mapping_version="m2")))
    assert len(store.files()) == 2


def test_what_is_ingested_while_a_run_is_built_counts_at_once(store: Any) -> None:
    store.begin_run(make_run())

    store.register_segment(a_segment(1, a_file("a")))

    assert len(store.segments()) == 1
