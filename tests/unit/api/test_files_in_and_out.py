"""What is written for others and read from them: exports and truths."""

import pyarrow.parquet as pq
import pytest

from api.commands.accuracy import hits_as_plain
from api.use_cases.evaluate_run import TruthFile, evaluate_run
from api.use_cases.export_identities import export_identities
from models.errors import InvalidInputError
from tests.unit.api.fakes import IDENTITIES
from tests.unit.api.world import World


def test_an_export_holds_every_record_and_each_watchlist_entry_apart(world: World) -> None:
    output = world.folder / "out.parquet"

    written = export_identities(output, workspace=world.workspace, **world.reading)

    rows = {row["record_id"]: row for row in pq.read_table(output).to_pylist()}
    assert written.n_records == len(rows) == len(IDENTITIES) + 2
    assert rows["casework:2"]["cluster_id"] == "casework:1"
    assert rows["casework:2"]["source_record_id"] == "2"
    assert rows["watchlist:w1"]["cluster_id"] == "watchlist:w1"
    assert rows["watchlist:w1"]["identity_id"] is None
    assert rows["watchlist:w1"]["hit_identity_ids"] == ["id-1"]
    assert rows["watchlist:w2"]["hit_identity_ids"] == []
    hostile = next(one for one in rows.values() if "😀" in one["record_id"])
    assert hostile["record_id"] == f"{hostile['source']}:{hostile['source_record_id']}"


@pytest.mark.parametrize("name", ["out.xlsx", "out", "missing/out.csv"])
def test_an_export_that_cannot_be_written_is_refused(world: World, name: str) -> None:
    with pytest.raises(InvalidInputError):
        export_identities(world.folder / name, workspace=world.workspace, **world.reading)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("t.csv", "id,person\na,b\n", "has no column record_id, person_id; it has id, person"),
        ("t.txt", "", ".csv or a .parquet"),
        ("t.parquet", "nothing of the kind", "cannot be read"),
        ("t.csv", "record_id,person_id\nx:1,p\nx:1,q\n", "two people"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused_in_words(
    world: World, name: str, text: str, complaint: str
) -> None:
    file = world.folder / name
    file.write_text(text, "utf-8")

    with pytest.raises(InvalidInputError, match=complaint):
        evaluate_run(TruthFile(file), thresholds=[], workspace=world.workspace, **world.reading)


def test_the_columns_of_a_truth_may_have_other_names(world: World) -> None:
    file = world.folder / "t.csv"
    file.write_text('"r ""id""",p\ncasework:1,a\ncasework:2,a\n', "utf-8")

    found = evaluate_run(
        TruthFile(file, 'r "id"', "p"),
        thresholds=[],
        workspace=world.workspace,
        **world.reading,
    )

    assert (found.accuracy.n_records, found.accuracy.pairs.f1) == (2, 1.0)


def test_hits_are_measured_where_the_truth_about_entries_is_known(world: World) -> None:
    found = evaluate_run(
        TruthFile(world.truth),
        entry_truth=TruthFile(world.entry_truth),
        thresholds=[5.0],
        workspace=world.workspace,
        **world.reading,
    )

    every, strong = found.hits
    assert (every.hits.precision, every.hits.recall, every.entry_recall) == (1.0, 0.5, 1.0)
    assert (strong.threshold_match_weight, strong.hits.recall) == (5.0, 0.0)


def test_hits_are_not_measured_without_a_truth_about_entries(world: World) -> None:
    found = evaluate_run(
        TruthFile(world.truth), thresholds=[5.0], workspace=world.workspace, **world.reading
    )

    assert found.hits == ()
    assert hits_as_plain(found.hits) is None
