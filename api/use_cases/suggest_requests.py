"""Suggests questions that are worth asking of a demo: real ids and values of its own data."""

from dataclasses import dataclass
from typing import Any

from api.use_cases.auditing import Auditor
from api.use_cases.ports import published_run
from api.use_cases.run_tables import RunTables
from graph.store import GraphReader
from models.access import Principal
from models.workspace import Workspace
from resolution.engines.duckdb_engine import open_engine

# Someone known to several sources, by a name and a whole date of birth: enough to see links.
_INTERESTING = """
    select identity_id from read_parquet($memberships) group by identity_id
    having count(*) between 3 and 8
    order by count(distinct record_id[:strpos(record_id, ':') - 1]) desc, count(*), identity_id
    limit 50
"""


@dataclass(frozen=True, slots=True)
class SuggestedRequests:
    """Someone to ask for.

    Attributes:
        attributes: a question that finds the identity, in the shape of the API.
        record_ids: two records of it.
    """

    run_id: str
    identity_id: str
    attributes: dict[str, Any]
    record_ids: tuple[str, str]


def suggest_requests(
    *, principal: Principal, graph: GraphReader, workspace: Workspace, auditor: Auditor
) -> SuggestedRequests | None:
    """Choose someone of the published run to ask for; None when nobody has several records.

    Raises:
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("suggest_requests", principal) as seen, graph.view() as view:
        run_id = published_run(view).run_id
        tables = RunTables(workspace.run_folder(run_id))
        with open_engine(workspace.scratch) as engine:
            found = engine.execute(_INTERESTING, {"memberships": str(tables.memberships)})
            identity_ids = [identity_id for (identity_id,) in found.fetchall()]
        for identity_id in identity_ids:
            state = view.identity(identity_id)
            best = {value.field: value for value in reversed(state.golden)}
            birth = best.get("date_of_birth")
            if "name" in best and birth and len(birth.value) == len("1980-02-03"):
                first, second = state.record_ids[:2]
                seen.add(identity_id, first, second)
                attributes = {
                    "names": [{"full": best["name"].raw or best["name"].value}],
                    "dates_of_birth": [{"text": birth.value}],
                }
                return SuggestedRequests(run_id, identity_id, attributes, (first, second))
        return None
