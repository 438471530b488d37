"""Makes records of staged rows: finds keys, sets rows aside, brings rows of one key together."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from models.tables import QUARANTINE, SOURCE_ATTRIBUTES, SOURCE_RECORDS
from resolution.sources.mapping import SourceMapping
from resolution.sources.row_sql import EntryCompiler
from resolution.sources.staging import StagedEntry
from resolution.sources.value_sql import list_type, sql_text

ROWS_PER_BATCH = 100_000
# Rows of keys that occur again are brought together in parts of about this many, since lists
# under construction cannot spill to disk.
_ROWS_PER_PART = 500_000

_KEPT, _EXCLUDED, _NO_KEY, _REPEATED, _ORPHAN = range(5)
_REASONS = {
    _NO_KEY: ("missing_key", "the key is empty: every record needs one"),
    _REPEATED: ("repeated_key", "an earlier row has this key and the mapping says "
                "`repeats: reject`"),
    _ORPHAN: ("orphan_detail", "no record of the main files has this key"),
}  # fmt: skip

# The position of a row among all rows of a reading; a file has fewer than 2^40 rows.
_ORD = "(file_no::BIGINT << 40) | row"


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of the staged rows of one file."""

    n_records: int = 0
    n_quarantined: int = 0
    n_excluded: int = 0


class RecordMaker:
    """Makes the records of one reading from its staged rows."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        mapping: SourceMapping,
        entries: list[StagedEntry],
    ) -> None:
        """Compile the mapping, and decide for every row what becomes of it."""
        self._database = database
        self._mapping = mapping
        self._tables = [staged.table for staged in entries]
        self._entries = entries
        self._sql = [
            EntryCompiler(mapping, staged.entry, columns=staged.columns).compile()
            for staged in entries
        ]
        for staged in entries:
            database.execute(staged.view())
        self._decide()
        self._n_passed_over = self._count("passed_over")
        self._n_parts = -(-self._count("members") // _ROWS_PER_PART)

    def counts(self) -> dict[int, FileCounts]:
        """Return what became of the rows of every file that has any."""
        rows = self._database.execute(f"""
            WITH firsts AS (
                SELECT min(ord) AS ord FROM members WHERE entry_no = 0 GROUP BY key
            ), single AS (
                SELECT ord FROM fates WHERE entry_no = 0 AND fate = {_KEPT}
                AND NOT is_passed_over AND key NOT IN (SELECT key FROM grouped)
            ), records AS (
                SELECT ord >> 40 AS file_no, count(*) AS n
                FROM (FROM firsts UNION ALL FROM single) GROUP BY ALL
            )
            SELECT file_no, coalesce(any_value(records.n), 0),
                   count(*) FILTER (fate NOT IN ({_KEPT}, {_EXCLUDED})),
                   count(*) FILTER (fate = {_EXCLUDED})
            FROM fates LEFT JOIN records USING (file_no) GROUP BY file_no
        """).fetchall()
        return {row[0]: FileCounts(*row[1:]) for row in rows}

    def records(self) -> Iterator[pa.RecordBatch]:
        """Return every record (schema SOURCE_RECORDS)."""
        yield from self._batches(self._single_records(), SOURCE_RECORDS)
        for part in range(self._n_parts):
            cursor = self._database.cursor()
            cursor.execute(f"CREATE OR REPLACE TEMP TABLE made AS {self._made_rows(part)}")
            yield from self._batches(self._grouped_records(), SOURCE_RECORDS, cursor)

    def quarantine(self) -> Iterator[pa.RecordBatch]:
        """Return the staged rows that made no record (schema QUARANTINE)."""
        for entry_no, staged in enumerate(self._entries):
            yield from self._batches(self._quarantined(entry_no, staged), QUARANTINE)

    def _count(self, table: str) -> int:
        row = self._database.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0]) if row else 0

    def _batches(
        self, query: str, schema: pa.Schema, cursor: duckdb.DuckDBPyConnection | None = None
    ) -> Iterator[pa.RecordBatch]:
        cursor = cursor or self._database.cursor()
        for batch in cursor.execute(query).to_arrow_reader(ROWS_PER_BATCH):
            if batch.num_rows:
                columns = [
                    column.cast(field.type)
                    for column, field in zip(batch.columns, schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)
        cursor.close()

    def _decide(self) -> None:
        """Find every row's key and fate."""
        time = "NULL::TIMESTAMP"
        if self._mapping.repeats == "latest":
            time = f"try_cast({self._sql[0].effective_time} AS TIMESTAMP)"
        keyed = " UNION ALL ".join(
            f"SELECT {entry_no} AS entry_no, file_no, row, {_ORD} AS ord, {sql.key} AS key, "
            f"CASE WHEN NOT {sql.is_kept} THEN {_EXCLUDED} WHEN {sql.key} IS NULL THEN {_NO_KEY} "
            f"ELSE {_KEPT} END AS fate, {time if entry_no == 0 else 'NULL'} AS time "
            f"FROM ({sql.texts_of(table)})"
            for entry_no, (sql, table) in enumerate(zip(self._sql, self._tables, strict=True))
        )
        self._database.execute(f"CREATE TABLE keyed AS {keyed}")
        for statement in self._decisions():
            self._database.execute(statement)

    def _decisions(self) -> Iterator[str]:
        """Write the tables that say which rows go together and which are passed over."""
        main = f"keyed WHERE entry_no = 0 AND fate = {_KEPT}"
        repeats, collects = self._mapping.repeats, self._mapping.collects_rows
        yield f"CREATE TABLE repeated AS SELECT key FROM {main} GROUP BY key HAVING count(*) > 1"
        order = "ord" if repeats == "reject" else "time DESC NULLS LAST, ord DESC"
        yield (
            f"CREATE TABLE passed_over AS SELECT ord FROM {main} AND {not collects} "
            "AND key IN (SELECT key FROM repeated) "
            f"QUALIFY row_number() OVER (PARTITION BY key ORDER BY {order}) > 1"
        )
        yield (
            "CREATE TABLE detail_fates AS SELECT ord, key, "
            f"CASE WHEN key IN (SELECT key FROM {main}) THEN {_KEPT} WHEN key IN (SELECT key "
            f"FROM keyed WHERE entry_no = 0 AND fate = {_EXCLUDED} AND key IS NOT NULL) "
            f"THEN {_EXCLUDED} ELSE {_ORPHAN} END AS fate "
            f"FROM keyed WHERE entry_no > 0 AND fate = {_KEPT}"
        )
        yield (
            f"CREATE TABLE grouped AS SELECT key FROM repeated WHERE {collects} "
            f"UNION SELECT key FROM detail_fates WHERE fate = {_KEPT}"
        )
        passed_over_fate = _REPEATED if repeats == "reject" else _KEPT
        yield (
            "CREATE VIEW fates AS SELECT entry_no, file_no, row, keyed.ord, keyed.key, "
            "passed_over.ord IS NOT NULL AS is_passed_over, "
            f"CASE WHEN keyed.fate <> {_KEPT} THEN keyed.fate "
            f"WHEN is_passed_over THEN {passed_over_fate} "
            "ELSE coalesce(detail_fates.fate, keyed.fate) END AS fate "
            "FROM keyed LEFT JOIN passed_over ON keyed.ord = passed_over.ord "
            "LEFT JOIN detail_fates ON keyed.ord = detail_fates.ord"
        )
        yield (
            "CREATE TABLE members AS SELECT entry_no, ord, key, hash(key) AS part FROM fates "
            f"WHERE fate = {_KEPT} AND NOT is_passed_over AND key IN (SELECT key FROM grouped)"
        )

    def _stamps(self) -> str:
        """Write the columns that are the same for every record, and the id."""
        mapping = self._mapping
        return (
            f"{sql_text(mapping.source + ':')} || key AS record_id, "
            f"{sql_text(mapping.source)} AS source, key AS source_record_id, "
            f"{sql_text(mapping.role.value)} AS role, "
            f"{str(mapping.duplicate_free).lower()} AS duplicate_free, "
            f"{sql_text(mapping.version)} AS mapping_version, file_id, file_name, line"
        )

    def _single_records(self) -> str:
        """Write the records that one row makes."""
        sql = self._sql[0]
        lists = ", ".join(f'{sql.attribute(name)} AS "{name}"' for name in SOURCE_ATTRIBUTES)
        where = ["is_kept", "key IS NOT NULL"]
        if self._n_parts:
            where.append("key NOT IN (SELECT key FROM grouped)")
        if self._n_passed_over:
            where.append(f"({_ORD}) NOT IN (SELECT ord FROM passed_over)")
        return (
            f"SELECT {self._stamps()}, {sql.effective_time}, {sql.protective_marking}, "
            f"{sql.extra}, {lists} FROM (SELECT *, {sql.key} AS key, {sql.is_kept} AS is_kept "
            f"FROM ({sql.texts_of(self._tables[0])})) "
            f"WHERE {' AND '.join(where)}"
        )

    def _made_rows(self, part: int) -> str:
        """Write what each row of one part of the grouped keys makes."""
        made = []
        for entry_no, (sql, table) in enumerate(zip(self._sql, self._tables, strict=True)):
            rows = (
                f"(SELECT {table}.*, members.ord, members.key FROM {table} JOIN members "
                f"ON members.ord = (({table}.file_no::BIGINT << 40) | {table}.row) "
                f"WHERE members.part % {self._n_parts} = {part})"
            )
            lists = ", ".join(
                f'{sql.attribute(name)} AS "{name}"' for name in self._mapped_attributes()
            )
            made.append(
                f"SELECT {entry_no} AS entry_no, ord, key, file_id, file_name, line, "
                f"struct_pack(effective := {sql.effective_time}, "
                f"marking := {sql.protective_marking}, "
                f"extra := {sql.extra}) AS scalars, {lists} FROM ({sql.texts_of(rows)})"
            )
        return " UNION ALL ".join(made)

    def _mapped_attributes(self) -> list[str]:
        return [
            name for name in SOURCE_ATTRIBUTES if any(name in sql.attributes for sql in self._sql)
        ]

    def _grouped_records(self) -> str:
        """Write the records that several rows make: their distinct items, the last's scalars."""
        mapped = self._mapped_attributes()
        items = ", ".join(f"{name}_items AS ({self._distinct_items(name)})" for name in mapped)
        lists = ", ".join(
            f'coalesce({name}_items.items, []) AS "{name}"'
            if name in mapped
            else f'[]::{list_type(name)} AS "{name}"'
            for name in SOURCE_ATTRIBUTES
        )
        joins = " ".join(f"LEFT JOIN {name}_items USING (key)" for name in mapped)
        return f"""
            WITH heads AS (
                SELECT key, min(ord) AS ord, arg_min(file_id, ord) AS file_id,
                       arg_min(file_name, ord) AS file_name, arg_min(line, ord) AS line,
                       arg_max(scalars, ord) AS scalars
                FROM made WHERE entry_no = 0 GROUP BY key
            ), {items}
            SELECT {self._stamps()}, scalars.effective, scalars.marking, scalars.extra, {lists}
            FROM heads {joins} ORDER BY ord
        """

    def _distinct_items(self, attribute: str) -> str:
        """Write the distinct items of an attribute for each key, in order of first appearance."""
        parts = sorted(set().union(*(sql.parts(attribute) for sql in self._sql)))
        told_apart = ", ".join(f'item."{part}"' for part in parts)
        return (
            # Sorting a list of pairs is four times as fast as `list(item ORDER BY place)`.
            "SELECT key, list_transform(list_sort(list(struct_pack(place := place, item := item)))"
            ", lambda pair: pair.item) AS items FROM ("
            "SELECT key, arg_min(item, place) AS item, min(place) AS place FROM ("
            f'SELECT key, unnest("{attribute}") AS item, '
            f'ord::HUGEINT * 1048576 + generate_subscripts("{attribute}", 1) AS place FROM made'
            f") GROUP BY key, {told_apart}) GROUP BY key"
        )

    def _quarantined(self, entry_no: int, staged: StagedEntry) -> str:
        """Write the staged rows of one entry that are set aside, with the reason."""
        raw = "doc"
        if staged.columns is not None:
            pairs = ", ".join(f"{sql_text(t)}, {c}" for t, c in staged.columns.items())
            raw = f"json_object({pairs})::VARCHAR"
        codes = " ".join(f"WHEN {fate} THEN {sql_text(c)}" for fate, (c, _) in _REASONS.items())
        words = " ".join(f"WHEN {fate} THEN {sql_text(w)}" for fate, (_, w) in _REASONS.items())
        return (
            f"SELECT {sql_text(self._mapping.source)}, {sql_text(self._mapping.version)}, "
            f"file_id, file_name, line, byte_offset, CASE fate {codes} END, "
            f"CASE fate {words} END, 'key', left(raw, 1024), strlen(raw), sha256(raw) "
            f"FROM (SELECT *, {raw} AS raw FROM {staged.table}) "
            f"JOIN fates USING (file_no, row) "
            f"WHERE entry_no = {entry_no} AND fate NOT IN ({_KEPT}, {_EXCLUDED})"
        )
