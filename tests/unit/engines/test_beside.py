"""Items worked in a process beside, while the next ones are made."""

import os
from collections.abc import Iterator

import pytest

from models.errors import BackendUnavailableError
from resolution.engines.beside import worked_beside


def process_of(item: int) -> tuple[int, int]:
    return item, os.getpid()


def fail_on_four(item: int) -> int:
    if item == 4:
        raise ValueError("four cannot be worked")
    return item


def end_own_process(item: int) -> int:
    os._exit(item)


def test_every_item_comes_with_its_result_in_order() -> None:
    found = list(worked_beside(process_of, range(20)))

    assert [item for item, _ in found] == list(range(20))
    assert [result[0] for _, result in found] == list(range(20))


def test_many_items_are_worked_beside_where_there_is_a_second_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    beside = {process for _, (_, process) in worked_beside(process_of, range(5))}
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    here = {process for _, (_, process) in worked_beside(process_of, range(5))}

    assert os.getpid() not in beside
    assert here == {os.getpid()}


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_few_items_are_not_worth_a_process(n: int) -> None:
    assert list(worked_beside(process_of, range(n))) == [
        (item, (item, os.getpid())) for item in range(n)
    ]


def test_no_more_than_a_few_items_are_made_ahead() -> None:
    made = []

    def items() -> Iterator[int]:
        for item in range(50):
            made.append(item)
            yield item

    results = worked_beside(process_of, items())
    next(results)

    assert len(made) <= 5
    results.close()  # type: ignore[attr-defined]


def test_what_goes_wrong_beside_goes_wrong_here() -> None:
    with pytest.raises(ValueError, match="four cannot be worked"):
        list(worked_beside(fail_on_four, range(9)))


def test_a_process_that_is_ended_from_outside_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    with pytest.raises(BackendUnavailableError, match="more memory"):
        list(worked_beside(end_own_process, range(9)))
