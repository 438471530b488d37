"""What was lately weighed is kept for a while, and never for another run."""

from resolution.link.live_scoring import ComparedRecord, RecordCache


def a_record(record_id: str) -> ComparedRecord:
    return ComparedRecord(record_id, (), False)


def test_a_record_is_kept_until_it_was_not_used_for_long() -> None:
    kept = RecordCache("run-1", most_records=2)

    kept.keep(a_record("a:1"), at=0)
    for number in range(2, 5):
        assert kept.get("a:1", at=0) == a_record("a:1")
        kept.keep(a_record(f"a:{number}"), at=0)
    for number in range(5, 9):
        kept.keep(a_record(f"a:{number}"), at=0)

    assert kept.get("a:1", at=0) is None
    assert kept.get("a:8", at=0) == a_record("a:8")


def test_no_more_is_kept_than_two_generations() -> None:
    kept = RecordCache("run-1", most_records=10)

    for number in range(1_000):
        kept.keep(a_record(f"a:{number}"), at=0)

    assert sum(kept.get(f"a:{number}", at=0) is not None for number in range(1_000)) <= 20


def test_a_record_that_was_written_is_told_as_each_reader_sees_it() -> None:
    kept = RecordCache("run-1")
    before, after = a_record("a:1"), ComparedRecord("a:1", ("another",), False)
    kept.keep(before, at=3)
    kept.note({"a:1": 5}, until=6)

    assert kept.get("a:1", at=6) is None
    assert kept.get("a:1", at=4) == before

    kept.keep(after, at=6)

    assert kept.get("a:1", at=7) == after
    assert kept.get("a:1", at=4) is None
    assert kept.seen == 6
