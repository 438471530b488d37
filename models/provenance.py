"""Where files, segments and values came from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """One source file, read once; known by the hash of its bytes and the mapping it was read by.

    Attributes:
        file_id: SHA-256 of its bytes, hex.
        n_records: records it gave; several rows may make one record.
        n_quarantined: rows that could not become records.
        n_excluded: rows the mapping's `where` left out on purpose.
    """

    file_id: str
    file_name: str
    source: str
    mapping_version: str
    n_rows: int
    n_records: int
    n_quarantined: int
    n_excluded: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One ingest of one source, durable as Parquet in the workspace and never rewritten.

    `source_records/<sequence>.parquet`, `standardised_records/<sequence>.parquet` and
    `quarantine/<sequence>.parquet` hold its tables. A record's current version is the one in
    the segment with the highest sequence.

    Attributes:
        delivery: delta, or snapshot: records of the source that it does not hold are retired; or
            live: what was written outside runs, of any source, which also ends records.
        live_until: the newest live change in it; None for what was read from files.
    """

    sequence: int
    source: str
    delivery: str
    at: datetime
    files: tuple[IngestedFile, ...]
    live_until: int | None = None
