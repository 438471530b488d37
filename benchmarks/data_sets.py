"""The record sets with truth: which mappings read each, and who is who in it.

Truth is read straight from the files, apart from any mapping: the id that a mapping gives a
record (`source:key`) beside the person. Rows are numbered from 1 where the mapping's key is `row`.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from models.tables import TRUTH

MAPPINGS = Path(__file__).parent / "mappings"


@dataclass(frozen=True, slots=True)
class RecordSet:
    """One set of records with truth.

    Attributes:
        mappings: mapping files under `benchmarks/mappings`.
        truth: SQL over the files in the data folder, which is the parameter `data`;
            gives record_id and person_id.
    """

    name: str
    mappings: tuple[str, ...]
    truth: str

    def mapping_files(self) -> list[Path]:
        """Return the mapping files of this set."""
        return [MAPPINGS / name for name in self.mappings]

    def read_truth(self, data: Path) -> pa.Table:
        """Return who is who (schema `TRUTH`), in order of record id.

        Raises:
            duckdb.IOException: if the set is not in the data folder.
        """
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            connection.execute("set variable data = $data", {"data": str(data)})
            return (
                connection.execute(f"select record_id, person_id from ({self.truth}) order by all")
                .to_arrow_table()
                .cast(TRUTH)
            )


def _by_column(source: str, file: str, key: str, person: str) -> str:
    return (
        f"select '{source}:' || {key} as record_id, {person} as person_id "
        f"from read_csv(getvariable('data') || '/{file}', all_varchar = true)"
    )


def _by_row(source: str) -> str:
    return (
        f"select '{source}:' || (file_row_number + 1) as record_id, simulant_id as person_id "
        f"from read_parquet(getvariable('data') || '/pseudopeople/{source}.parquet', "
        "file_row_number = true)"
    )


_FEBRL_PERSON = "split_part(rec_id, '-', 2)"
_SIMULATED = ("census", "ssa", "w2", "t1040", "wic")

SETS = (
    RecordSet(
        "fake_1000",
        ("fake_1000/fake.yaml",),
        _by_column("fake", "fake_1000/fake_1000.csv", "unique_id", '"cluster"'),
    ),
    RecordSet(
        "febrl3",
        ("febrl3/febrl3.yaml",),
        _by_column("febrl3", "febrl/dataset3.csv", "rec_id", _FEBRL_PERSON),
    ),
    RecordSet(
        "febrl4",
        ("febrl4/febrl4a.yaml", "febrl4/febrl4b.yaml"),
        " union all ".join(
            _by_column(f"febrl4{half}", f"febrl/dataset4{half}.csv", "rec_id", _FEBRL_PERSON)
            for half in "ab"
        ),
    ),
    RecordSet(
        "historical_50k",
        ("historical_50k/historical.yaml",),
        "select 'historical:' || unique_id as record_id, \"cluster\" as person_id "
        "from read_parquet(getvariable('data') || '/historical_50k/*.parquet')",
    ),
    RecordSet(
        "census_ssa",
        ("pseudopeople/census.yaml", "pseudopeople/ssa.yaml"),
        " union all ".join(_by_row(source) for source in ("census", "ssa")),
    ),
    RecordSet(
        "pseudopeople",
        tuple(f"pseudopeople/{source}.yaml" for source in _SIMULATED),
        " union all ".join(_by_row(source) for source in _SIMULATED),
    ),
    RecordSet(
        "senzing",
        tuple(f"senzing/{source}.yaml" for source in ("customers", "reference", "watchlist")),
        _by_column(
            "' || lower(data_source) || '",
            "senzing_truth/actual_truthset_key.csv",
            "record_id",
            "cluster_id",
        ),
    ),
)
