"""Takes over what identities were before a run."""

import duckdb
import pyarrow as pa

from models.tables import MEMBERSHIPS
from resolution.ports import IdentityHistory


def take_former(connection: duckdb.DuckDBPyConnection, history: IdentityHistory) -> None:
    """Make `former` (MEMBERSHIPS of the published run) and `births` (every id ever issued)."""
    former = pa.RecordBatchReader.from_batches(MEMBERSHIPS, history.memberships())
    connection.register("former_stream", former)
    connection.execute("create or replace table former as select * from former_stream")
    connection.register("births_arrow", history.identity_births())
    connection.execute("create or replace table births as select * from births_arrow")
