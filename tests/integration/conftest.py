"""What integration tests share: a workspace on each store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import load_settings
from api.wiring import opened
from models.match_model.package import MatchModelPackage
from tests.stores import KINDS, empty
from tests.workplace import MAPPING, Workplace


@pytest.fixture(params=KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, package: MatchModelPackage
) -> Iterator[Workplace]:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "casework.yaml").write_text(MAPPING, "utf-8")
    chosen: dict[str, str] = {}
    if request.param == "neo4j":
        server = request.getfixturevalue("neo4j_server")
        empty(server)
        chosen = {"neo4j_address": server.address, "neo4j_password": server.password}
    with opened(load_settings(tmp_path, **chosen)) as deployment:
        deployment.shelf.add(package)
        deployment.shelf.activate(package.version)
        yield Workplace(deployment)
