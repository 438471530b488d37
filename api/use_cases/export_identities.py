"""Writes every record of the published run with its cluster and identity to one file."""

from dataclasses import dataclass
from pathlib import Path

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Basis, basis_of, published_run
from api.use_cases.run_tables import RunTables
from graph.store import GraphReader
from models.access import Principal
from models.errors import InvalidInputError
from models.workspace import Workspace
from resolution.engines.duckdb_engine import open_engine

# A watchlist entry never joins people: it is a cluster of its own, with the identities it may be.
_ROWS = """
    with members as (from read_parquet($memberships)),
    hits as (
        select entry_id, list_sort(list(distinct identity_id)) as identity_ids
        from read_parquet($hits) found join members using (record_id) group by entry_id
    ),
    placed as (
        select record_id, cluster_id, identity_id, []::varchar[] as hit_identity_ids
        from read_parquet($clusters) clusters left join members using (record_id)
        union all
        select record_id, record_id, null, coalesce(identity_ids, []::varchar[])
        from read_parquet($records) records left join hits on entry_id = record_id
        where role = 'watchlist'
    )
    select record_id,
        record_id[:strpos(record_id, ':') - 1] as source,
        record_id[strpos(record_id, ':') + 1:] as source_record_id,
        cluster_id, identity_id, {hit_identity_ids} as hit_identity_ids
    from placed order by record_id
"""
_FORMATS = {
    ".csv": ("array_to_string(hit_identity_ids, '|')", "format csv, header"),
    ".parquet": ("hit_identity_ids", "format parquet, compression zstd"),
}


@dataclass(frozen=True, slots=True)
class Export:
    """A written file."""

    output: Path
    n_records: int
    basis: Basis


def export_identities(
    output: Path,
    *,
    principal: Principal,
    graph: GraphReader,
    workspace: Workspace,
    auditor: Auditor,
) -> Export:
    """Write record_id, source, source_record_id, cluster_id, identity_id and hit_identity_ids.

    The file appears whole, in order of record id. In CSV several hits are parted by "|".

    Raises:
        InvalidInputError: if the name does not end in .csv or .parquet, or cannot be written.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_change("export_identities", principal) as seen:
        if output.suffix.lower() not in _FORMATS:
            raise InvalidInputError(f"{output.name}: write a name that ends in .csv or .parquet")
        if not output.parent.is_dir():
            raise InvalidInputError(f"there is no folder {output.parent}")
        with graph.view() as view:
            basis = basis_of(published_run(view))
        seen.add(basis.run_id)
        tables = RunTables(workspace.run_folder(basis.run_id))
        beside = output.with_name(f".{output.name}.writing")
        try:
            n_records = _write(tables, beside, output.suffix.lower(), workspace.scratch)
            beside.replace(output)
        except OSError as error:
            raise InvalidInputError(f"{output} cannot be written: {error.strerror}") from error
        finally:
            beside.unlink(missing_ok=True)
        return Export(output, n_records, basis)


def _write(tables: RunTables, file: Path, suffix: str, scratch: Path) -> int:
    hits, options = _FORMATS[suffix]
    # COPY takes no parameter for its file.
    target = str(file).replace("'", "''")
    with open_engine(scratch) as engine:
        [(n_records,)] = engine.execute(
            f"copy ({_ROWS.format(hit_identity_ids=hits)}) to '{target}' ({options})",
            {
                "hits": str(tables.watchlist_hits),
                "memberships": str(tables.memberships),
                "clusters": str(tables.clusters),
                "records": str(tables.standardised_records),
            },
        ).fetchall()
    return int(n_records)
