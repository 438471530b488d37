"""What many tests share: one small population, and one match model trained on it, a session."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from models.match_model.package import MatchModelPackage
from resolution import pipeline
from resolution.generate.generate import generate
from resolution.link import learn
from resolution.pipeline import Resolution
from resolution.sources.mapping import load_mappings
from tests.neo4j_server import Neo4jServer
from tests.small_world import LIMITS, NOON, World, a_world, quietly
from tests.stores import KINDS, Opener, neo4j_opener, open_embedded

# How fast a law is tried depends on what else the machine does; benchmarks hold performance.
settings.register_profile(
    "laws", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("laws")

EXAMPLE_MAPPINGS = Path(__file__).parents[1] / "examples" / "mappings"


@pytest.fixture(scope="session")
def population(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Four sources that know some of 700 people, ingested; nobody may change it."""
    root = tmp_path_factory.mktemp("population")
    generate(700, seed=7, hardness="default", folder=root)
    world = a_world(root)
    pipeline.ingest(
        load_mappings(EXAMPLE_MAPPINGS), workspace=world.workspace, log=world.ledger,
        clock=lambda: NOON, progress=quietly,
    )  # fmt: skip
    return world


@pytest.fixture(scope="session")
def package(population: World) -> MatchModelPackage:
    """A match model trained on the population."""
    with pytest.MonkeyPatch.context() as patch:
        # enough for a model that tells people apart, in a second or two
        patch.setattr(learn, "_RANDOM_PAIRS", 60_000)
        return pipeline.train(
            workspace=population.workspace, log=population.ledger, progress=quietly, limits=LIMITS
        )


@pytest.fixture(scope="session")
def resolved(population: World, package: MatchModelPackage) -> Resolution:
    """The first run over the population, unpublished."""
    return population.resolve(package)


@pytest.fixture
def new_world(tmp_path: Path) -> Callable[[], World]:
    """Make empty worlds, each in a folder of its own."""
    numbers = count(1)
    return lambda: a_world(tmp_path / f"world-{next(numbers)}")


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServer]:
    """A real Neo4j with authentication, one for each test process; a test finds it as left."""
    server = Neo4jServer(tmp_path_factory.mktemp("neo4j") / "home").start()
    yield server
    server.stop()


@pytest.fixture(params=KINDS)
def open_in(request: pytest.FixtureRequest) -> Opener:
    """Open the store of a folder; a server is started only where it is asked for."""
    if request.param == "embedded":
        return open_embedded
    return neo4j_opener(request.getfixturevalue("neo4j_server"))
