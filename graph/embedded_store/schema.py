"""The store's tables, and the steps that bring an older file up to date."""

import sqlite3

from graph.embedded_store.connections import ConnectionPool
from models.errors import BackendUnavailableError

# Numbers stand for long ids (record_no, identity_no, run_no), so links and keys stay narrow.
# A number is never given to another id.
_VERSION_1 = """
CREATE TABLE run (
    run_no INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('building', 'published', 'superseded', 'failed')),
    model_version TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    change_sequence INTEGER NOT NULL,
    summary TEXT NOT NULL,
    -- whether its memberships, links, golden records and hits may still be here
    holds_parts INTEGER NOT NULL DEFAULT 1,
    -- whether versions it replaced, or staged without being published, may still be here
    holds_dead_versions INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX only_one_run_is_published ON run (status) WHERE status = 'published';
CREATE UNIQUE INDEX only_one_run_is_building ON run (status) WHERE status = 'building';

CREATE TABLE record (
    record_no INTEGER PRIMARY KEY,
    record_id TEXT NOT NULL UNIQUE
) STRICT;

-- The version served is the one with the highest `since` that is not after the published run.
-- One after it is staged for a run being built; one before it waits to be swept.
CREATE TABLE record_version (
    record_no INTEGER NOT NULL,
    since INTEGER NOT NULL,     -- run_no
    role TEXT NOT NULL,
    content_hash INTEGER NOT NULL,
    body_no INTEGER,            -- NULL: the record is gone since then
    PRIMARY KEY (record_no, since)
) STRICT, WITHOUT ROWID;

-- How bodies are packed: each kind of record by its own layout.
CREATE TABLE record_layout (
    layout_no INTEGER PRIMARY KEY,
    source_layout TEXT NOT NULL,
    standardised_layout TEXT NOT NULL,
    UNIQUE (source_layout, standardised_layout)
) STRICT;

CREATE TABLE record_body (
    body_no INTEGER PRIMARY KEY,
    layout_no INTEGER NOT NULL,
    source_record TEXT NOT NULL,
    standardised TEXT NOT NULL
) STRICT;

-- The blocking keys of a record, packed, to find what a change of it replaces.
CREATE TABLE record_keys (
    record_no INTEGER NOT NULL,
    since INTEGER NOT NULL,
    content_hash INTEGER NOT NULL,
    keys BLOB NOT NULL,         -- signed 64-bit integers in native order
    PRIMARY KEY (record_no, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocking_key (
    key INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,              -- run_no from which it counts no more; NULL: none
    PRIMARY KEY (key, record_no, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
    identity_no INTEGER PRIMARY KEY,
    identity_id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE membership (
    run_no INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    identity_no INTEGER NOT NULL,
    PRIMARY KEY (run_no, record_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_by_identity ON membership (run_no, identity_no);

-- Every link twice, once from each end: both directions read in order, no second index.
CREATE TABLE link (
    run_no INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    other_no INTEGER NOT NULL,
    match_weight REAL NOT NULL,
    blocking_rule INTEGER NOT NULL,
    PRIMARY KEY (run_no, record_no, other_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE golden_record (
    golden_no INTEGER PRIMARY KEY,  -- run_no * 2^40 + identity_no
    golden_values TEXT NOT NULL     -- JSON list of lists, in the order of GoldenValue
) STRICT;

CREATE TABLE watchlist_hit (
    run_no INTEGER NOT NULL,
    entry_no INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    match_weight REAL NOT NULL,
    blocking_rule INTEGER NOT NULL,
    PRIMARY KEY (run_no, entry_no, record_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX watchlist_hit_by_record ON watchlist_hit (run_no, record_no);

CREATE TABLE identity_event (
    sequence INTEGER PRIMARY KEY,
    identity_no INTEGER NOT NULL REFERENCES identity (identity_no),
    kind TEXT NOT NULL,
    run_no INTEGER NOT NULL REFERENCES run (run_no),
    at TEXT NOT NULL,
    related_ids TEXT NOT NULL,          -- JSON lists of ids
    added_record_ids TEXT NOT NULL,
    removed_record_ids TEXT NOT NULL,
    cause TEXT NOT NULL
) STRICT;
CREATE INDEX identity_event_by_identity ON identity_event (identity_no);
CREATE TRIGGER identity_event_is_never_edited BEFORE UPDATE ON identity_event
BEGIN SELECT raise(ABORT, 'events are never edited'); END;
CREATE TRIGGER identity_event_is_never_deleted BEFORE DELETE ON identity_event
BEGIN SELECT raise(ABORT, 'events are never deleted'); END;

CREATE TABLE staged_event (
    position INTEGER PRIMARY KEY,
    identity_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    related_ids TEXT NOT NULL,
    added_record_ids TEXT NOT NULL,
    removed_record_ids TEXT NOT NULL,
    cause TEXT NOT NULL
) STRICT;

CREATE TABLE segment (
    sequence INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    delivery TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE ingested_file (
    sequence INTEGER NOT NULL REFERENCES segment (sequence),
    position INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    source TEXT NOT NULL,
    mapping_version TEXT NOT NULL,
    n_rows INTEGER NOT NULL,
    n_records INTEGER NOT NULL,
    n_quarantined INTEGER NOT NULL,
    n_excluded INTEGER NOT NULL,
    PRIMARY KEY (sequence, position),
    UNIQUE (file_id, source, mapping_version)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    sequence INTEGER PRIMARY KEY,
    decision_id TEXT NOT NULL UNIQUE,
    verdict TEXT NOT NULL,
    groups TEXT NOT NULL,               -- JSON list of lists of record ids
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE TRIGGER decision_is_never_edited BEFORE UPDATE ON decision
BEGIN SELECT raise(ABORT, 'decisions are never edited'); END;
CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision
BEGIN SELECT raise(ABORT, 'decisions are never deleted'); END;
"""

_VERSION_2 = """
-- A document, phone, e-mail or address: kind, colon, value.
CREATE TABLE attribute (
    attribute_no INTEGER PRIMARY KEY,
    attribute_id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE attribute_use (
    run_no INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    attribute_no INTEGER NOT NULL,
    PRIMARY KEY (run_no, record_no, attribute_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX attribute_use_by_attribute ON attribute_use (run_no, attribute_no);

CREATE TABLE relation (
    run_no INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    other_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (run_no, record_no, other_no, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_by_other ON relation (run_no, other_no);
"""

_VERSION_3 = """
CREATE TABLE identity_quality (
    run_no INTEGER NOT NULL,
    identity_no INTEGER NOT NULL,
    concern REAL NOT NULL,
    quality TEXT NOT NULL,              -- JSON list in the order of IdentityQuality, after the id
    PRIMARY KEY (run_no, identity_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_quality_by_concern ON identity_quality (run_no, concern);
"""

_VERSION_4 = """
ALTER TABLE link ADD COLUMN source_weight REAL NOT NULL DEFAULT 0.0;
"""

_VERSION_5 = """
ALTER TABLE decision ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE TABLE decision_withdrawal (
    decision_id TEXT PRIMARY KEY REFERENCES decision (decision_id),
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_withdrawal_is_never_edited BEFORE UPDATE ON decision_withdrawal
BEGIN SELECT raise(ABORT, 'withdrawals are never edited'); END;
CREATE TRIGGER decision_withdrawal_is_never_deleted BEFORE DELETE ON decision_withdrawal
BEGIN SELECT raise(ABORT, 'withdrawals are never deleted'); END;
"""

_VERSION_6 = """
-- What was written outside runs, in order: the newest change of a record counts, unless a segment
-- that was registered later holds it.
CREATE TABLE live_change (
    sequence INTEGER PRIMARY KEY,
    record_no INTEGER NOT NULL REFERENCES record (record_no),
    at TEXT NOT NULL,
    author TEXT NOT NULL,
    layout_no INTEGER NOT NULL,
    source_record TEXT              -- NULL: the record was deleted
) STRICT;
CREATE INDEX live_change_by_record ON live_change (record_no);
CREATE TRIGGER live_change_is_never_edited BEFORE UPDATE ON live_change
BEGIN SELECT raise(ABORT, 'live changes are never edited'); END;
CREATE TRIGGER live_change_is_never_deleted BEFORE DELETE ON live_change
BEGIN SELECT raise(ABORT, 'live changes are never deleted'); END;

-- Over the versions and keys of a run: what was written since, of that run alone. A run built
-- beside sees none of it; what it does not hold is written over it when it is switched to.
CREATE TABLE live_version (
    run_no INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    role TEXT NOT NULL,
    body_no INTEGER,                -- NULL: the record is gone
    keys BLOB NOT NULL,             -- signed 64-bit integers in native order
    PRIMARY KEY (run_no, record_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE live_key (
    run_no INTEGER NOT NULL,
    key INTEGER NOT NULL,
    record_no INTEGER NOT NULL,
    PRIMARY KEY (run_no, key, record_no)
) STRICT, WITHOUT ROWID;

-- One row a live write, and what it changed: whoever worked out a change meanwhile compares it with
-- what that rests on. Rows of long ago are of no use and are swept.
CREATE TABLE live_write (
    write_no INTEGER PRIMARY KEY AUTOINCREMENT,
    record_ids TEXT NOT NULL,       -- JSON
    keys BLOB NOT NULL              -- signed 64-bit integers in native order
) STRICT;

-- Answers given to requests that may come again.
CREATE TABLE live_request (
    request_key TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    live_sequence INTEGER NOT NULL,
    first_event INTEGER NOT NULL,
    last_event INTEGER NOT NULL,
    identities TEXT NOT NULL        -- JSON: identity id by record id
) STRICT, WITHOUT ROWID;

-- Live changes up to this one are in the segment, if it holds such.
ALTER TABLE segment ADD COLUMN live_until INTEGER;
"""

# One script a version, in order, never edited once released; the last is the current one.
MIGRATIONS: tuple[str, ...] = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
)

# "IDGR" in ASCII: tells this file from any other SQLite file.
APPLICATION_ID = 0x49444752


def migrate(pool: ConnectionPool) -> None:
    """Bring the file to the current schema, each step whole or not at all.

    Raises:
        BackendUnavailableError: if the file is no store, or of a later schema than this knows.
    """
    with pool.reading() as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        n_objects = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if n_objects and owner != APPLICATION_ID:
        raise BackendUnavailableError(f"{pool.path.name} is a database of something else")
    if version > len(MIGRATIONS):
        raise BackendUnavailableError(
            f"{pool.path.name} has schema {version}; this program knows up to {len(MIGRATIONS)}"
        )
    while version < len(MIGRATIONS):
        version = _step(pool)


def _step(pool: ConnectionPool) -> int:
    """Take the next step, unless another process just did; return the version reached."""
    with pool.writing() as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version < len(MIGRATIONS):
            for statement in _statements(MIGRATIONS[version]):
                connection.execute(statement)
            version += 1
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return version


def _statements(script: str) -> list[str]:
    """Part a script into statements; `executescript` would commit before the first."""
    statements: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements


def golden_no(run_no: int, identity_no: int) -> int:
    """Return the row of a golden record: one integer for both keys keeps wide rows in a plain tree.

    2^40 identities to a run, and 2^23 runs, fit into 64 bits.
    """
    return (run_no << 40) | identity_no
