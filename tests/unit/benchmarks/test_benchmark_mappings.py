"""The mapping files of the benchmarks load, and give no truth away."""

from pathlib import Path

import pytest

from benchmarks.data_sets import MAPPINGS, SETS
from resolution.sources.mapping import load_mapping

FILES = sorted(MAPPINGS.glob("*/*.yaml"))
TRUTH_COLUMNS = {"cluster", "simulant_id", "household_id"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_mapping_loads_and_maps_no_truth(file: Path) -> None:
    said = load_mapping(file).model_dump_json()

    assert not [column for column in TRUTH_COLUMNS if f'"{column}"' in said]


def test_every_mapping_file_is_of_a_set_or_unscored() -> None:
    of_sets = {file for record_set in SETS for file in record_set.mapping_files()}

    assert {file.parent.name for file in FILES if file not in of_sets} == {"ofac"}
