"""What the tests of this room share."""

from pathlib import Path

import pytest

from tests.unit.api.fakes import FakeAudit
from tests.unit.api.world import World


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
def world(tmp_path: Path, audit: FakeAudit) -> World:
    return World(tmp_path, audit)
