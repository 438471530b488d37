"""What runs out is told in words; what was half written is removed."""

import errno
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from models.errors import BackendUnavailableError
from models.match_model.package import MatchModelPackage
from resolution import pipeline
from resolution.engines.duckdb_engine import EngineLimits, open_engine
from resolution.engines.parquet import whole_or_none
from resolution.engines.shortage import shortages_told
from tests.small_world import World, a_record

SCARCE = EngineLimits(memory="10MB", spill="1MB", threads=1)


def test_a_full_disk_is_told_with_what_to_do() -> None:
    full = Path("/dev/full")

    with pytest.raises(BackendUnavailableError, match="disk is full: free some"), shortages_told():
        full.write_text("x" * 100_000, "utf-8")


def test_too_little_memory_and_temporary_space_is_told_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(BackendUnavailableError, match="more memory and temporary space") as told,
        shortages_told(),
        open_engine(tmp_path, limits=SCARCE) as connection,
    ):
        connection.execute(
            "select h, list(range) from (select range, hash(range) % 1000000 as h from"
            " range(3000000)) group by h"
        )

    assert "\n" not in str(told.value)


def test_a_file_that_duckdb_cannot_reach_is_told(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.parquet")

    with pytest.raises(BackendUnavailableError, match="read or written"), shortages_told():
        duckdb.sql("from read_parquet($file)", params={"file": gone}).fetchall()


def test_other_faults_are_left_as_they_are() -> None:
    with pytest.raises(FileNotFoundError), shortages_told():
        raise FileNotFoundError(errno.ENOENT, "no such file")


def test_a_folder_that_could_not_be_filled_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "run-000001"
    folder.mkdir()
    (folder / "half").write_text("half", "utf-8")

    with pytest.raises(OSError, match="full"), whole_or_none(folder):
        raise OSError(errno.ENOSPC, "full")

    assert not folder.exists()


def test_a_run_that_could_not_be_written_leaves_no_folder_and_its_number(
    new_world: Callable[[], World], package: MatchModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world()
    world.deliver([a_record("casework:1", names=[{"kind": "primary", "full": "Ana Lopez"}])])

    def fill(*_: object) -> dict[str, object]:
        folder = world.workspace.run_folder("run-000001")
        folder.mkdir(parents=True)
        (folder / "half.parquet").write_bytes(b"PAR1")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "write_artefacts", fill)
        with pytest.raises(OSError, match="No space"):
            world.resolve(package)
    assert list(world.workspace.runs.iterdir()) == []

    assert world.run(package).run.run_id == "run-000001"
