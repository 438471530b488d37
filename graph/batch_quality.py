"""Measures the identities of a run: in tables those with nothing to warn of, the others one by one.

Gives what `graph.quality.measure` gives of each; a test holds the two together.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from graph.contradictions import DAYS_OF_RENEWAL
from graph.engine import Engine
from graph.golden_values import pack_warnings
from graph.identity_warnings import SURE_WEIGHT
from graph.quality import chance_of, impact_of_sql, measure
from models.errors import BackendUnavailableError
from models.match_model.features import PERSON_NUMBER_TYPES
from models.quality import IdentityQuality, UsualSizes
from models.tables import IDENTITY_QUALITY

_AT_ONCE = 20_000
# Of a thousand identities one has more records than are usual.
_USUAL = 0.999

_numbers_for_life = "', '".join(PERSON_NUMBER_TYPES)

_TABLES = (
    """CREATE OR REPLACE TABLE quality_member AS
    SELECT identity_id, record_id, source, effective_time, names, dates_of_birth, sexes,
        nationalities, birth_places, documents
    FROM read_parquet($memberships) AS m JOIN read_parquet($standardised) AS s USING (record_id)
    SEMI JOIN (SELECT identity_id FROM read_parquet($memberships)
        GROUP BY identity_id HAVING count(*) > 1) USING (identity_id)""",
    """CREATE OR REPLACE TABLE quality_pair AS
    SELECT one.identity_id, left_id, right_id, match_weight + source_weight AS evidence
    FROM read_parquet($links)
    JOIN (SELECT identity_id, record_id FROM quality_member) one ON one.record_id = left_id
    JOIN (SELECT identity_id, record_id FROM quality_member) other ON other.record_id = right_id
    WHERE one.identity_id = other.identity_id""",
    """CREATE OR REPLACE TABLE quality_size AS
    SELECT identity_id, source, count(*) AS n FROM quality_member GROUP BY ALL""",
    # two documents side by side, as far as tables tell: what `contradictions` finds is among them
    f"""CREATE OR REPLACE TABLE quality_document AS
    WITH given AS (
        SELECT identity_id, unnest(documents) AS document, effective_time FROM quality_member
        WHERE len(documents) > 0),
    spans AS (
        SELECT DISTINCT identity_id, document.type AS type, document.country AS country,
            document.number AS number,
            try_cast(coalesce(document.valid_from, effective_time)[1:10] AS DATE) AS from_day,
            try_cast(document.valid_to[1:10] AS DATE) AS to_day
        FROM given)
    SELECT DISTINCT one.identity_id FROM spans AS one JOIN spans AS other
        ON one.identity_id = other.identity_id AND one.type = other.type
        AND one.number < other.number AND one.country IS NOT DISTINCT FROM other.country
    WHERE levenshtein(one.number, other.number) > 1 AND (one.type IN ('{_numbers_for_life}')
        -- of a day that is not known, DuckDB would take the other
        OR (one.from_day IS NOT NULL AND other.from_day IS NOT NULL
            AND one.to_day IS NOT NULL AND other.to_day IS NOT NULL
            AND least(one.to_day, other.to_day) - greatest(one.from_day, other.from_day)
                > {DAYS_OF_RENEWAL}))""",
    """CREATE OR REPLACE TABLE quality_value AS
    WITH born AS (
        SELECT identity_id,
            -- a lone year or month says nothing against a day
            count(DISTINCT born.date) FILTER (WHERE born.precision = 'day') AS n_dates_of_birth,
            count(DISTINCT born.year) AS n_years
        FROM (SELECT identity_id, unnest(dates_of_birth) AS born FROM quality_member)
        GROUP BY identity_id),
    sex AS (
        SELECT identity_id,
            count(DISTINCT sex.code) FILTER (WHERE sex.code IN ('M', 'F')) AS n_sexes
        FROM (SELECT identity_id, unnest(sexes) AS sex FROM quality_member) GROUP BY identity_id),
    place AS (
        SELECT identity_id, count(DISTINCT place.country) AS n_countries
        FROM (SELECT identity_id, unnest(birth_places) AS place FROM quality_member)
        GROUP BY identity_id)
    SELECT * FROM born FULL JOIN sex USING (identity_id) FULL JOIN place USING (identity_id)""",
    """CREATE OR REPLACE TABLE quality_count AS
    WITH member AS (
        SELECT identity_id, sum(n)::BIGINT AS n_records, count(*) AS n_sources FROM quality_size
        GROUP BY identity_id),
    pair AS (
        SELECT identity_id, count(*) AS n_pairs, min(evidence) AS least_evidence,
            count(*) FILTER (WHERE evidence >= $link_weight) AS n_links
        FROM quality_pair GROUP BY identity_id),
    hit AS (
        SELECT DISTINCT identity_id, true AS is_on_watchlist FROM read_parquet($hits) AS h
        JOIN read_parquet($memberships) AS m USING (record_id))
    SELECT identity_id, n_records, n_sources, coalesce(n_links, 0) AS n_links,
        coalesce(n_pairs, 0) AS n_pairs, least_evidence,
        coalesce(n_dates_of_birth, 0) AS n_dates_of_birth, coalesce(n_years, 0) AS n_years,
        coalesce(n_sexes, 0) AS n_sexes, coalesce(n_countries, 0) AS n_countries,
        coalesce(is_on_watchlist, false) AS is_on_watchlist
    FROM member LEFT JOIN pair USING (identity_id) LEFT JOIN quality_value USING (identity_id)
    LEFT JOIN hit USING (identity_id)""",
)

_USUAL_SIZES = f"""
    SELECT NULL, quantile_disc(n_records, {_USUAL}) FROM quality_count
    UNION ALL SELECT source, quantile_disc(n, {_USUAL}) FROM quality_size GROUP BY source"""

# Whoever is not among these has nothing that `measure` would warn of; and of those who are, what
# cannot contradict need not be read one by one.
_LOOKED_AT = f"""
    CREATE OR REPLACE TABLE quality_looked_at AS
    SELECT * FROM (
        SELECT identity_id, is_on_watchlist,
            n_pairs < n_records * (n_records - 1) / 2 OR least_evidence < {SURE_WEIGHT}
                AS has_doubts,
            n_years > 1 AS has_years, n_sexes > 1 AS has_sexes, n_countries > 1 AS has_countries,
            papers.identity_id IS NOT NULL AS has_documents,
            n_records > $most_records OR large.identity_id IS NOT NULL AS is_large
        FROM quality_count LEFT JOIN quality_document AS papers USING (identity_id)
        LEFT JOIN (SELECT DISTINCT identity_id FROM quality_size JOIN usual_size USING (source)
            WHERE n > most) AS large USING (identity_id))
    WHERE has_doubts OR has_years OR has_sexes OR has_countries OR has_documents OR is_large"""

_SOUND = f"""
    SELECT identity_id, n_records, n_links, 1.0::DOUBLE AS density, 1::BIGINT AS diameter,
        (n_records = 2)::BIGINT AS n_bridges, 0::BIGINT AS n_articulation_points,
        n_dates_of_birth, n_sexes, $chance::DOUBLE * impact AS concern,
        $chance::DOUBLE AS chance, impact, '[]' AS warnings
    FROM (SELECT *, {impact_of_sql()} AS impact FROM quality_count
        ANTI JOIN quality_looked_at USING (identity_id))"""

_OPEN = """
    WITH member AS (
        SELECT identity_id, to_json(list({
            'record_id': record_id, 'source': source, 'effective_time': effective_time,
            'names': CASE WHEN has_doubts THEN list_transform(names,
                lambda x: {'given': x.given, 'tokens': x.tokens}) ELSE [] END,
            'dates_of_birth': list_transform(dates_of_birth, lambda x: {'date': x.date,
                'year': x.year, 'precision': x.precision, 'is_default': x.is_default,
                'alternatives': x.alternatives}),
            'sexes': list_transform(sexes, lambda x: {'code': x.code}),
            'nationalities': CASE WHEN has_years THEN
                list_transform(nationalities, lambda x: {'code': x.code}) ELSE [] END,
            'birth_places': CASE WHEN has_countries THEN
                list_transform(birth_places, lambda x: {'country': x.country}) ELSE [] END,
            'documents': CASE WHEN has_documents THEN list_transform(documents,
                lambda x: {'type': x.type, 'number': x.number, 'country': x.country,
                    'valid_from': x.valid_from, 'valid_to': x.valid_to}) ELSE [] END
        }))::VARCHAR AS members
        FROM quality_member JOIN quality_looked_at USING (identity_id) GROUP BY identity_id),
    pair AS (
        SELECT identity_id, list(left_id) AS left_ids, list(right_id) AS right_ids,
            list(evidence) AS evidence
        FROM quality_pair SEMI JOIN quality_looked_at USING (identity_id) GROUP BY identity_id)
    SELECT identity_id, members, left_ids, right_ids, evidence, is_on_watchlist
    FROM member JOIN quality_looked_at USING (identity_id) LEFT JOIN pair USING (identity_id)"""


def measure_identities(
    engine: Engine,
    *,
    memberships: Path,
    links: Path,
    standardised: Path,
    watchlist_hits: Path,
    link_weight: float,
) -> tuple[UsualSizes, Iterator[pa.RecordBatch]]:
    """Return how large identities are, and the quality of each of two records or more.

    The files are those of the run; `link_weight` is the link threshold of its match model.

    Returns:
        The usual sizes, and batches of schema IDENTITY_QUALITY.

    Raises:
        BackendUnavailableError: if a file cannot be read.
    """
    given = {
        "memberships": str(memberships), "links": str(links), "standardised": str(standardised),
        "hits": str(watchlist_hits), "link_weight": link_weight,
    }  # fmt: skip
    try:
        for statement in _TABLES:
            used = {name: value for name, value in given.items() if f"${name}" in statement}
            engine.connection.execute(statement, used)
        usual = _usual_sizes(engine.connection)
    except duckdb.Error as error:
        raise BackendUnavailableError(f"a run artefact cannot be read: {error}") from error
    return usual, _qualities(engine.connection, usual, link_weight)


def _usual_sizes(connection: duckdb.DuckDBPyConnection) -> UsualSizes:
    rows: list[tuple[str | None, int | None]] = connection.execute(_USUAL_SIZES).fetchall()
    sizes = {source: most for source, most in rows if most is not None}
    return UsualSizes(
        sizes.get(None, 0), {source: most for source, most in sizes.items() if source is not None}
    )


def _qualities(
    connection: duckdb.DuckDBPyConnection, usual: UsualSizes, link_weight: float
) -> Iterator[pa.RecordBatch]:
    try:
        connection.execute("CREATE OR REPLACE TABLE usual_size (source VARCHAR, most BIGINT)")
        if usual.by_source:
            connection.executemany(
                "INSERT INTO usual_size VALUES (?, ?)",
                [list(one) for one in usual.by_source.items()],
            )
        connection.execute(_LOOKED_AT, {"most_records": usual.records})
        sound = connection.cursor().execute(_SOUND, {"chance": chance_of(())})
        for batch in sound.to_arrow_reader(_AT_ONCE):
            yield batch.cast(IDENTITY_QUALITY)
        for batch in connection.cursor().execute(_OPEN).to_arrow_reader(_AT_ONCE):
            yield _packed([
                measure(
                    identity_id,
                    json.loads(members),
                    zip(left or (), right or (), evidence or (), strict=True),
                    link_weight=link_weight,
                    usual=usual,
                    is_on_watchlist=is_on_watchlist,
                )
                for identity_id, members, left, right, evidence, is_on_watchlist in zip(
                    *(column.to_pylist() for column in batch.columns), strict=True
                )
            ])  # fmt: skip
    except duckdb.Error as error:
        raise BackendUnavailableError(f"a run artefact cannot be read: {error}") from error


def _packed(qualities: Sequence[IdentityQuality]) -> pa.RecordBatch:
    columns: dict[str, list[Any]] = {
        name: [getattr(one, name) for one in qualities] for name in IDENTITY_QUALITY.names
    }
    columns["warnings"] = [pack_warnings(one) for one in columns["warnings"]]
    return pa.RecordBatch.from_pydict(columns, schema=IDENTITY_QUALITY)
