"""The example's mapping files read everything the generator writes, and quarantine the rest."""

from collections import Counter
from pathlib import Path

import pytest

from resolution.generate.generate import GenerationSummary, generate
from resolution.sources.mapping import SourceMapping, load_mappings
from resolution.sources.reading import read_source

EXAMPLES = Path(__file__).parents[3] / "examples" / "mappings"
MAPPINGS = {mapping.source: mapping for mapping in load_mappings(EXAMPLES)}


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> GenerationSummary:
    return generate(600, seed=11, hardness="default", folder=tmp_path_factory.mktemp("generated"))


def _read(mapping: SourceMapping, data: Path, scratch: Path) -> tuple[list[dict], list[dict]]:
    with read_source(mapping, data_root=data, known_files=[], scratch=scratch) as reading:
        records = [row for batch in reading.records() for row in batch.to_pylist()]
        return records, [row for batch in reading.quarantine() for row in batch.to_pylist()]


@pytest.mark.parametrize("source", MAPPINGS)
def test_every_record_is_read_and_every_bad_row_is_kept_apart(
    source: str, summary: GenerationSummary, tmp_path: Path
) -> None:
    records, quarantined = _read(MAPPINGS[source], summary.folder, tmp_path)

    expected = {**summary.records, "watchlist": summary.watchlist_entries}
    assert len(records) == expected[source]
    assert len(quarantined) == summary.bad_rows[source]
    ids = Counter(record["record_id"] for record in records)
    assert max(ids.values()) == 1
    if source != "watchlist":
        truth = (summary.folder / "truth" / "truth.csv").read_text(encoding="utf-8").splitlines()
        own = [line.split(",")[0] for line in truth if line.startswith(f"{source}:")]
        assert ids.keys() == set(own)


@pytest.mark.parametrize(
    ("source", "attributes"),
    [
        pytest.param(
            "casework",
            {"names", "dates_of_birth", "sexes", "nationalities", "birth_places", "documents",
             "addresses", "phones", "emails", "references", "events"},
            id="casework",
        ),
        pytest.param(
            "in_country",
            {"names", "dates_of_birth", "sexes", "nationalities", "birth_places", "documents",
             "addresses", "phones", "emails", "relations", "events"},
            id="in_country",
        ),
        pytest.param(
            "passengers",
            {"names", "dates_of_birth", "sexes", "nationalities", "documents", "events"},
            id="passengers",
        ),
        pytest.param("watchlist", {"names", "dates_of_birth", "documents"}, id="watchlist"),
    ],
)  # fmt: skip
def test_every_mapped_attribute_is_filled_in_some_record(
    source: str, attributes: set[str], summary: GenerationSummary, tmp_path: Path
) -> None:
    records, _ = _read(MAPPINGS[source], summary.folder, tmp_path)

    filled = {name for record in records for name in attributes if record[name]}

    assert filled == attributes
    assert all(record["effective_time"] for record in records)
