from typing import Any


def test_there_is_no_decision_before_one_is_made(store: Any) -> None:
    assert store.decisions() == []
