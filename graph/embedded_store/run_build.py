"""Works out, in DuckDB, which rows a run being built adds to the store: numbers for ids, changes.

SQLite looks ids up one at a time; DuckDB joins them by the million, sorts, and spills to disk.
"""

from graph.engine import Engine
from graph.workbench import Rows, Workbench

__all__ = ["Rows", "RunBuild"]


class RunBuild(Workbench):
    """What is known of a run while it is being built: numbers of ids, and what is served now.

    Its tables, each loaded when first needed:
        record_number, identity_number, attribute_number (id, no): every id that has a number.
        served_version, served_keys (record_no, content_hash): what the store serves now.
        seen_record, seen_keys (record_no): what the run being built holds too.
    """

    def __init__(self, run_id: str, run_no: int, engine: Engine) -> None:
        super().__init__(run_id, run_no, engine)
        # numbers taken from the store so far
        self.highest = {"record": 0, "identity": 0, "attribute": 0}
