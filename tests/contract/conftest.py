"""One store of every kind: each contract test runs against all of them.

Data comes from `sample_runs`; a test names only what it is about.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.stores import Opener


@pytest.fixture
def open_store(open_in: Opener, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Open the store again and again, as other processes would; all are closed at the end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(open_in(tmp_path))


@pytest.fixture
def store(open_store: Callable[[], Any]) -> Any:
    return open_store()
