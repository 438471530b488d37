"""Takes what was written outside runs into a segment, so that a run reads it like any other."""

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa

from models.provenance import Segment
from models.tables import ENDED_RECORDS, SOURCE_RECORDS
from models.workspace import Workspace
from resolution.current_records import segment_file
from resolution.ports import IngestLog, Progress
from resolution.segments import write_records, write_table

# No mapping file can name a source so: a live segment holds records of any.
LIVE = "live"
_NO_SOURCE = ""


def drain_live_changes(
    *, workspace: Workspace, log: IngestLog, clock: Callable[[], datetime], progress: Progress
) -> int:
    """Write what was written since the last live segment into a new one; return how many records.

    The segment's tables are whole before the log knows it, and what comes meanwhile is left for
    the next.
    """
    segments = log.segments()
    newest, changes = log.live_changes(after=live_until(segments))
    if not changes:
        return 0
    sequence = max((segment.sequence for segment in segments), default=0) + 1
    rows = [one.source_record for one in changes if one.source_record is not None]
    ended = [{"record_id": one.record_id} for one in changes if one.source_record is None]
    batches = pa.Table.from_pylist(rows, schema=SOURCE_RECORDS).to_batches(max_chunksize=50_000)
    write_records(workspace, sequence, "what was written live", batches, progress)
    ended_table = pa.Table.from_pylist(ended, schema=ENDED_RECORDS)
    write_table(
        workspace.ended_records / segment_file(sequence), ENDED_RECORDS, ended_table.to_batches()
    )
    log.register_segment(Segment(sequence, _NO_SOURCE, LIVE, clock(), (), newest))
    return len(changes)


def live_until(segments: list[Segment]) -> int:
    """Return the newest live change that a segment holds; 0 for none."""
    return max((one.live_until for one in segments if one.live_until is not None), default=0)
