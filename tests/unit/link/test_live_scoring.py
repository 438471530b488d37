"""The live scorer sees, keys and weighs every record as the batch does."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.match_model.package import MatchModelPackage
from models.tables import STANDARDISED_ATTRIBUTES, STANDARDISED_RECORDS
from resolution import pipeline
from resolution.engines.compiled_sql import NotCompiledError
from resolution.engines.duckdb_engine import open_engine
from resolution.generate.generate import generate
from resolution.generate.hardness import HARDNESS_LEVELS
from resolution.link.blocking import make_keys, make_pairs
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.live_scoring import LiveScorer
from resolution.link.packages import load_package, shipped_package
from resolution.link.predict import score_pairs
from resolution.sources.mapping import load_mappings
from tests.conftest import EXAMPLE_MAPPINGS
from tests.small_world import LIMITS, NOON, a_world, quietly

EXACT = 1e-9
# The last digit of a sum of logarithms depends on its order, which DuckDB does not promise.
LAST_DIGITS = 1e-13


@pytest.fixture(scope="module")
def shipped() -> MatchModelPackage:
    place = shipped_package()
    assert place is not None
    return load_package(place)


@pytest.fixture(scope="module")
def scorer(shipped: MatchModelPackage) -> LiveScorer:
    return LiveScorer(shipped)


def assert_agree(
    scorer: LiveScorer, package: MatchModelPackage, records: pa.Table, *, every_pair: bool
) -> int:
    """Compare what live scoring makes of records with the batch; return how many pairs."""
    records = records.sort_by("record_id")
    numbered = records.append_column("record_no", pa.array(range(records.num_rows), pa.int64()))
    with TemporaryDirectory() as scratch, open_engine(Path(scratch), limits=LIMITS) as connection:
        connection.register("standardised", numbered)
        define_macros(connection)
        build_features(connection, "standardised")
        apply_frequencies(connection, package.frequencies)
        make_keys(connection)
        if every_pair:
            connection.execute("""
                create table pairs as select l.unique_id as left_no, r.unique_id as right_no,
                    0 as rule from model_input l join model_input r on l.unique_id < r.unique_id""")
        else:
            make_pairs(connection, package.capped_keys)
        score_pairs(connection, package, pairs="pairs", scored="scored")
        batch = connection.execute("from model_input order by unique_id").to_arrow_table()
        keys = connection.execute(
            "select unique_id, rule, key from blocking_keys where key is not null"
        ).fetchall()
        weights = connection.execute(
            "select left_no, right_no, match_weight from scored"
        ).fetchall()

    live = [scorer.record(row) for row in records.to_pylist()]
    for row, record in zip(batch.to_pylist(), live, strict=True):
        seen = scorer.columns(record)
        assert seen == {name: _nearly(row[name], seen[name]) for name in seen}
    assert {(number, *key) for number, one in enumerate(live) for key in scorer.keys(one)} == set(
        keys
    )
    for left, right, weight in weights:
        assert scorer.weight(live[left], live[right]) == pytest.approx(weight, abs=EXACT, rel=0)
    return len(weights)


def _nearly(batch: Any, live: Any) -> Any:
    """Return the live value if it differs from the batch's in its last digits only."""
    is_near = (
        isinstance(batch, float)
        and isinstance(live, float)
        and (abs(batch - live) <= LAST_DIGITS * abs(batch))
    )
    return live if is_near else batch


@pytest.mark.parametrize("hardness", HARDNESS_LEVELS)
def test_generated_people_are_seen_keyed_and_weighed_as_by_the_batch(
    hardness: str, tmp_path: Path, shipped: MatchModelPackage, scorer: LiveScorer
) -> None:
    generate(300, seed=11, hardness=hardness, folder=tmp_path)
    world = a_world(tmp_path)
    pipeline.ingest(
        load_mappings(EXAMPLE_MAPPINGS), workspace=world.workspace, log=world.ledger,
        clock=lambda: NOON, progress=quietly,
    )  # fmt: skip
    folder = world.workspace.standardised_records
    records = pa.concat_tables([pq.read_table(one) for one in sorted(folder.glob("*.parquet"))])

    assert assert_agree(scorer, shipped, records, every_pair=False) > 1_000


_TOKENS = st.sampled_from(
    ["ANA", "ANNA", "ANN", "A", "LOPEZ", "LOPES", "AL", "SAADI", "DELACRUZ", "MOHAMMED", "MUHAMAD",
     "TAREK", "TARIQ", "É", "ŁÓ", "好", "🙂", "Ê", ""]
)  # fmt: skip
_TEXTS = st.sampled_from(
    ["1980-02-03", "1980-03-02", "1980-01-01", "1981", "AB1234567", "AB1234568", "AB123", "M", "F",
     "GBR", "SOM", "LEEDS", "LEEDZ", "12 HIGH STREET", "A B C", "LS11AA", "LS11AB", "447700900123",
     "447700900132", "ana@example.org", "anna@example.org", "primary", "alias", "TAX", "day",
     "year", "PASSPORT", "", " ", "É", "🙂 好", "x\n\u00a0y"]
)  # fmt: skip


def _values(kind: pa.DataType, name: str) -> st.SearchStrategy[Any]:
    if name == "tokens":
        return st.lists(_TOKENS, max_size=5)
    if pa.types.is_list(kind):
        return st.lists(_values(kind.value_type, ""), max_size=3)
    if pa.types.is_struct(kind):
        return st.fixed_dictionaries({part.name: _values(part.type, part.name) for part in kind})
    if name in ("given", "family"):
        return st.none() | st.lists(_TOKENS, max_size=3).map(" ".join)
    if pa.types.is_boolean(kind):
        return st.sampled_from([None, True, False])
    if pa.types.is_integer(kind):
        return st.none() | st.integers(1, 12).map(lambda n: n + 1970 if name == "year" else n)
    return st.none() | _TEXTS


def _row(number: int, is_entry: bool, attributes: dict[str, Any]) -> dict[str, Any]:
    return attributes | {
        "record_id": f"made:{number:03d}", "source": "made", "source_record_id": f"{number:03d}",
        "role": "watchlist" if is_entry else "person", "duplicate_free": False,
        "mapping_version": "m", "file_id": "f", "file_name": "f.csv", "line": number,
        "standardiser_version": "1", "issues": [],
    }  # fmt: skip


_RECORDS = st.lists(
    st.tuples(
        st.booleans(),
        st.fixed_dictionaries(
            {name: _values(kind, name) for name, kind in STANDARDISED_ATTRIBUTES.items()}
        ),
    ),
    min_size=2,
    max_size=25,
).map(lambda drawn: [_row(number, *one) for number, one in enumerate(drawn)])


@settings(max_examples=12)
@given(rows=_RECORDS)
def test_any_records_are_seen_keyed_and_weighed_as_by_the_batch(
    rows: list[dict[str, Any]], shipped: MatchModelPackage, scorer: LiveScorer
) -> None:
    records = pa.Table.from_pylist(rows, schema=STANDARDISED_RECORDS)

    assert assert_agree(scorer, shipped, records, every_pair=True)


def test_values_that_identify_nobody_are_taken_out(shipped: MatchModelPackage) -> None:
    common = pa.table({"column_name": ["phone_numbers"], "value": ["447700900123"]})
    package = replace(shipped, frequencies=shipped.frequencies | {"common": common})
    rows = [
        _row(number, False, {name: [] for name in STANDARDISED_ATTRIBUTES} | {
            "names": [{"kind": "primary", "given": "ANA", "family": "LOPEZ",
                       "tokens": ["ANA", "LOPEZ"]}],
            "phones": [{"number": "447700900123"}, {"number": "447700900999"}],
        })
        for number in range(2)
    ]  # fmt: skip
    records = pa.Table.from_pylist(rows, schema=STANDARDISED_RECORDS)

    assert assert_agree(LiveScorer(package), package, records, every_pair=True) == 1


def test_a_condition_that_cannot_be_compiled_is_refused_when_the_model_is_loaded(
    shipped: MatchModelPackage,
) -> None:
    first, *others = shipped.settings["comparisons"]
    null, level, *rest = first["comparison_levels"]
    changed = level | {"sql_condition": "soundex(name_key_l) = soundex(name_key_r)"}
    comparisons = [first | {"comparison_levels": [null, changed, *rest]}, *others]

    with pytest.raises(NotCompiledError, match="SOUNDEX"):
        LiveScorer(replace(shipped, settings=shipped.settings | {"comparisons": comparisons}))
