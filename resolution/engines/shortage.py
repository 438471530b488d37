"""Says in words when a disk is full or memory runs out, wherever in a batch that happens."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from models.errors import BackendUnavailableError

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOTHING_IS_LOST = "what was served still is, and nothing delivered is lost"


@contextmanager
def shortages_told() -> Iterator[None]:
    """Turn what DuckDB, Arrow and the system say of full disks into one error.

    Raises:
        BackendUnavailableError: saying what ran out and what to do.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        raise BackendUnavailableError(
            f"the disk is full: free some space and try again; {_NOTHING_IS_LOST}"
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise BackendUnavailableError(
            "the work needs more memory and temporary space than there is"
            f" ({_first_line(error)}): free some disk space below the workspace's `scratch` and try"
            f" again; {_NOTHING_IS_LOST}"
        ) from error
    except duckdb.IOException as error:
        raise BackendUnavailableError(
            f"a file could not be read or written ({_first_line(error)}): is the disk full, or the"
            f" folder gone? Then try again; {_NOTHING_IS_LOST}"
        ) from error


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]
