"""What was lately weighed is kept for a while, and never for another run."""

from resolution.link.live_scoring import ComparedRecord, RecordCache


def a_record(record_id: str) -> ComparedRecord:
    return ComparedRecord(record_id, (), False)


def test_a_record_is_kept_until_it_was_not_used_for_long() -> None:
    kept = RecordCache("run-1", most_records=2)

    kept.keep(a_record("a:1"))
    for number in range(2, 5):
        assert kept.get("a:1") == a_record("a:1")
        kept.keep(a_record(f"a:{number}"))
    for number in range(5, 9):
        kept.keep(a_record(f"a:{number}"))

    assert kept.get("a:1") is None
    assert kept.get("a:8") == a_record("a:8")


def test_no_more_is_kept_than_two_generations() -> None:
    kept = RecordCache("run-1", most_records=10)

    for number in range(1_000):
        kept.keep(a_record(f"a:{number}"))

    assert sum(kept.get(f"a:{number}") is not None for number in range(1_000)) <= 20
