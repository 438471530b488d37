"""Runs, training, mapping checks and new workspaces, on stand-ins."""

import pytest

from api.use_cases.check_mappings import check_mappings
from api.use_cases.publish_run import RunReport, publish_run
from api.use_cases.train_model import train_model
from models.errors import InvalidInputError
from tests.unit.api.world import MAPPING, World

REGISTER = """\
source: register
format: {type: database, connection: people_db, query: SELECT 1}
key: id
record:
  names: [{full: name}]
"""

NESTED = """\
source: nested
format: {type: json}
files: ["*.json"]
key: id
record:
  names: [{full: name}]
details:
  - format: {type: parquet}
    files: ["*.parquet"]
    key: id
    record:
      phones: [phone]
"""


def _publish(world: World) -> RunReport:
    return publish_run([], publish=world.publisher, new_identity_id=lambda: "id-9", **world.batch)


def test_a_run_trains_a_match_model_where_there_is_none_and_keeps_it(world: World) -> None:
    world.shelf.active = None

    report = _publish(world)

    assert (report.trained_now, world.shelf.active) == (True, "mm-9")
    assert world.publisher.published == ["run-2"]


def test_a_run_on_the_same_input_publishes_nothing(world: World) -> None:
    world.pipeline.unchanged = True

    report = _publish(world)

    assert report.unchanged
    assert not world.publisher.published


def test_training_leaves_the_active_version_as_it_is(world: World) -> None:
    report = train_model([], **world.batch)

    assert (report.package.version, report.active_version) == ("mm-9", "mm-0")


def test_a_mapping_check_tells_of_every_file(world: World) -> None:
    (world.workspace.mappings / "a.yaml").write_text("source: 1a\n", "utf-8")
    (world.workspace.mappings / "b.yaml").write_text("role: cat\n", "utf-8")

    found = check_mappings(workspace=world.workspace, **world.asking)

    assert [one.source for one in found.usable] == ["casework"]
    assert len(found.problems) == 2


def test_two_mappings_of_one_source_are_a_problem(world: World) -> None:
    (world.workspace.mappings / "other.yaml").write_text(MAPPING, "utf-8")

    found = check_mappings(workspace=world.workspace, **world.asking)

    assert "already mapped" in found.problems[0]


def test_every_file_that_cannot_be_read_is_told_before_anything_runs(world: World) -> None:
    data = world.workspace.data / "incoming"
    data.mkdir()
    for name, content in {
        "good.csv": b"ID,NAME\n1,Ana\n",
        "column.csv": b"ID,NOM\n1,Ana\n",
        "empty.csv": b"",
        "packed.csv": b"\x1f\x8b\x08\x00\x00",
        "rows.csv": b'ID,NAME\n1,"Ana\n',
    }.items():
        (data / name).write_bytes(content)

    found = check_mappings(workspace=world.workspace, **world.asking)

    column, empty, packed = found.problems
    assert "casework: incoming/column.csv has no column 'NAME'" in column
    assert "empty.csv is empty" in empty
    assert "packed.csv is compressed by gzip" in packed
    assert [one.n_files for one in found.usable] == [5]


def test_other_formats_are_looked_at_too(world: World) -> None:
    (world.workspace.mappings / "a.yaml").write_text(NESTED, "utf-8")
    (world.workspace.data / "one.parquet").write_bytes(b"PAR1 and nothing more")
    (world.workspace.data / "one.json").write_bytes(b"PK\x03\x04")
    (world.workspace.data / "two.json").write_bytes(b"[]")

    found = check_mappings(workspace=world.workspace, **world.asking)

    workbook, parquet = found.problems
    assert "one.json is an Excel workbook" in workbook
    assert "one.parquet is not a Parquet file" in parquet


def test_a_database_is_checked_to_be_set_up_and_never_asked(world: World) -> None:
    (world.workspace.mappings / "register.yaml").write_text(REGISTER, "utf-8")

    missing = check_mappings(workspace=world.workspace, **world.asking)
    there = check_mappings(workspace=world.workspace, databases={"people_db"}, **world.asking)

    assert [one.databases for one in there.usable] == [(), ("people_db",)]
    assert there.problems == ()
    assert "register: no database named 'people_db' is set up" in missing.problems[0]


def test_a_workspace_is_not_made_twice(world: World) -> None:
    world.init_another()

    with pytest.raises(InvalidInputError, match="already"):
        world.init_another()


def test_a_demo_is_not_put_over_something_else(world: World) -> None:
    (world.folder / "demo").mkdir()
    (world.folder / "demo" / "thesis.txt").write_text("mine", "utf-8")

    with pytest.raises(InvalidInputError, match="not empty"):
        world.make_demo()
