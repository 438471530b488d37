"""Connections that cannot take the whole machine, and what they write."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resolution.engines.duckdb_engine import EngineLimits, open_engine
from resolution.engines.parquet import write_parquet
from resolution.engines.stopwatch import Stopwatch

LIMITS = EngineLimits(memory="300MB", spill="1GB", threads=1)


def test_a_connection_is_bounded_and_fetches_nothing(tmp_path: Path) -> None:
    with open_engine(tmp_path, limits=LIMITS) as connection:
        held = dict(connection.execute(
            "select name, value from duckdb_settings()").fetchall())  # fmt: skip

    assert held["threads"] == "1"
    assert held["memory_limit"].startswith("286")  # 300 MB in MiB
    assert held["max_temp_directory_size"].startswith("953")
    assert held["autoinstall_known_extensions"] == held["autoload_known_extensions"] == "false"
    assert Path(held["temp_directory"]).is_relative_to(tmp_path)


@pytest.mark.parametrize("on_disk", [False, True])
def test_nothing_is_left_behind_after_work_or_failure(tmp_path: Path, on_disk: bool) -> None:
    scratch = tmp_path / "scratch"
    with open_engine(scratch, limits=LIMITS, on_disk=on_disk) as connection:
        connection.execute("create table numbers as from range(1000)")
        assert any(scratch.rglob("*.duckdb")) == on_disk
    with (
        pytest.raises(duckdb.Error),
        open_engine(scratch, limits=LIMITS, on_disk=on_disk) as connection,
    ):
        connection.execute("no such thing")

    assert list(scratch.iterdir()) == []


def test_a_table_is_written_in_the_schema_that_is_declared(tmp_path: Path) -> None:
    schema = pa.schema([pa.field("name", pa.string()), pa.field("number", pa.int16())])
    path = tmp_path / "run" / "table.parquet"
    with open_engine(tmp_path, limits=LIMITS) as connection:
        rows = write_parquet(
            connection, "select range as number, 'n' || range as name, 1 as more from range(5)",
            schema, path,
        )  # fmt: skip

    written = pq.read_table(path)
    assert rows == 5
    assert written.schema.equals(schema)
    assert sorted(written["number"].to_pylist()) == [0, 1, 2, 3, 4]


def test_no_rows_are_a_table_of_the_schema(tmp_path: Path) -> None:
    schema = pa.schema([pa.field("number", pa.int64())])
    with open_engine(tmp_path, limits=LIMITS) as connection:
        rows = write_parquet(
            connection, "select 1 as number where false", schema, tmp_path / "none.parquet"
        )

    assert rows == 0
    assert pq.read_table(tmp_path / "none.parquet").schema.equals(schema)


def test_a_stage_entered_again_adds_to_its_seconds_and_a_failure_is_timed_too() -> None:
    watch = Stopwatch()
    with watch.stage("score"):
        pass
    first = watch.seconds["score"]
    with pytest.raises(ValueError, match="broken"), watch.stage("score"):
        raise ValueError("broken")
    with watch.stage("cluster"):
        pass

    assert list(watch.seconds) == ["score", "cluster"]
    assert watch.seconds["score"] >= first
    assert all(megabytes > 0 for megabytes in watch.peak_memory_mb.values())
