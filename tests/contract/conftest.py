"""One store of every kind: each contract test runs against all of them.

Data comes from `sample_runs`; a test names only what it is about.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from graph.embedded_store import EmbeddedStore

OPENERS: dict[str, Callable[[Path], Any]] = {
    "embedded": lambda folder: EmbeddedStore(folder / "store.sqlite"),
}


@pytest.fixture(params=list(OPENERS))
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Open the store again and again, as other processes would; all are closed at the end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(OPENERS[request.param](tmp_path))


@pytest.fixture
def store(open_store: Callable[[], Any]) -> Any:
    return open_store()
