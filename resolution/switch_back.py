"""Makes a run that serves again what an earlier run found.

Runs are immutable and history is kept: an earlier run is not revived, a new one holds its tables.
"""

import shutil
from dataclasses import replace

from models.errors import InvalidInputError
from models.identity import Run
from models.tables import IDENTITY_EVENTS
from models.workspace import Workspace
from resolution.engines.duckdb_engine import EngineLimits, open_engine
from resolution.engines.parquet import whole_or_none, write_parquet
from resolution.engines.stopwatch import Stopwatch
from resolution.identities.assign import make_events
from resolution.identities.former import take_former
from resolution.pipeline import RUN_TABLES, Clock, Resolution, next_run_id
from resolution.ports import IdentityHistory, Progress

_EVENTS = "events"


def switch_back(
    earlier: Run,
    *,
    workspace: Workspace,
    history: IdentityHistory,
    clock: Clock,
    progress: Progress,
    limits: EngineLimits | None = None,
) -> Resolution:
    """Make a run of the tables of an earlier one, with the events that lead from now to there.

    Identities of the earlier run that stand no more are restored; those that it did not have are
    retired, or go to those that hold their records then. Nothing is served until it is published:
    then what was written live and decided since is laid over it.

    Raises:
        InvalidInputError: if the tables of the earlier run are gone.
    """
    source = workspace.run_folder(earlier.run_id)
    missing = [name for name in RUN_TABLES if not (source / f"{name}.parquet").is_file()]
    if missing:
        raise InvalidInputError(
            f"the tables of {earlier.run_id} are gone ({source}: {', '.join(missing)}):"
            " `identigraph run` makes a new run instead"
        )
    started, sequence = clock(), history.change_sequence()
    run_id = next_run_id(history.published_run(), workspace)
    folder = workspace.run_folder(run_id)
    watch = Stopwatch()
    with (
        watch.stage("switch back"),
        open_engine(workspace.scratch, limits=limits) as connection,
        whole_or_none(folder),
    ):
        progress("switching back", 0, 0)
        folder.mkdir(parents=True)
        for name in RUN_TABLES:
            if name != _EVENTS:
                shutil.copyfile(source / f"{name}.parquet", folder / f"{name}.parquet")
        take_former(connection, history)
        connection.execute(
            "create table memberships as from read_parquet($file)",
            {"file": str(folder / "memberships.parquet")},
        )
        make_events(connection, f"{run_id}, which switches back to {earlier.run_id}")
        write_parquet(
            connection, "from identity_events", IDENTITY_EVENTS, folder / f"{_EVENTS}.parquet"
        )
        events = connection.execute(
            "select kind, count(*) from identity_events group by kind order by kind"
        ).fetchall()
    summary = earlier.summary | {
        "switched_back_to": earlier.run_id,
        "honours_until": earlier.honours_until.isoformat(),
        "identity_events": dict(events),
        "seconds": watch.seconds,
        "peak_memory_mb": watch.peak_memory_mb,
    }
    run = replace(
        earlier,
        run_id=run_id,
        status="building",
        started_at=started,
        finished_at=clock(),
        change_sequence=sequence,
        summary=summary,
    )
    return Resolution(run, folder, unchanged=False)
