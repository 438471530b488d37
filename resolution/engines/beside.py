"""Works the items of a stream in processes beside, while the next ones are made in this one."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context
from typing import TypeVar

from models.errors import BackendUnavailableError

Item = TypeVar("Item")
Result = TypeVar("Result")

# Starting a process costs about a second: for fewer items it is not worth it.
_FEWEST_ITEMS = 3
# Each holds an item and its result; so do those that wait.
_PROCESSES = 2
_MOST_AHEAD = 3


def worked_beside(
    work: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[tuple[Item, Result]]:
    """Return each item with its result, in order.

    Python works on one core only: making an item and working those before take the time of the
    longest of them. Few items, or a machine with one core, are worked here.

    Args:
        work: a function of a module; what it takes and gives can be pickled.
        items: made one by one; a few are held at a time.

    Raises:
        BackendUnavailableError: if a process beside was ended from outside.
    """
    stream = iter(items)
    first = list(islice(stream, _FEWEST_ITEMS))
    if len(first) < _FEWEST_ITEMS or len(os.sched_getaffinity(0)) < 2:
        for item in chain(first, stream):
            yield item, work(item)
        return
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    # a fork would copy the threads of the engine half alive
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        for item in chain(first, stream):
            waiting.append((item, pool.submit(work, item)))
            if len(waiting) > _MOST_AHEAD:
                yield _first_of(waiting)
        while waiting:
            yield _first_of(waiting)


def _first_of(waiting: deque[tuple[Item, Future[Result]]]) -> tuple[Item, Result]:
    item, promised = waiting.popleft()
    try:
        return item, promised.result()
    except BrokenProcessPool as error:
        raise BackendUnavailableError(
            "a process that standardises records was ended from outside, perhaps for want of"
            " memory: run again, with more memory or fewer other programs"
        ) from error
