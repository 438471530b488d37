"""What training promises: the same model from the same data, and none that vetoes."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.errors import MatchModelError
from models.match_model.comparisons import COMPARISONS
from models.match_model.package import MatchModelPackage
from resolution import pipeline
from resolution.generate.generate import generate
from resolution.link import learn as learning
from resolution.link.lint import lint, weight_of
from resolution.link.packages import load_package, shipped_package
from resolution.sources.mapping import load_mappings
from tests.conftest import EXAMPLE_MAPPINGS
from tests.small_world import LIMITS, NOON, World, a_record, quietly

BOUNDS = {comparison.name: comparison.bounds for comparison in COMPARISONS}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("few")
    generate(80, seed=3, hardness="default", folder=root)
    world = World(pipeline.Workspace(root, root))
    pipeline.ingest(
        load_mappings(EXAMPLE_MAPPINGS), workspace=world.workspace, log=world.ledger,
        clock=lambda: NOON, progress=quietly,
    )  # fmt: skip
    return world


def trained(world: World) -> MatchModelPackage:
    return pipeline.train(
        workspace=world.workspace, log=world.ledger, progress=quietly, limits=LIMITS
    )


def levels(package: MatchModelPackage) -> dict[str, list[dict[str, Any]]]:
    return {
        comparison["output_column_name"]: [
            level for level in comparison["comparison_levels"] if not level.get("is_null_level")
        ]
        for comparison in package.settings["comparisons"]
    }


def test_the_same_records_train_the_same_version(
    few: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # fewer pairs than there are, so that chance has a say
    monkeypatch.setattr(learning, "_RANDOM_PAIRS", 8_000)

    one, other = trained(few), trained(few)

    assert one.settings == other.settings
    assert one.version == other.version


def test_no_level_leaves_the_bounds_of_its_comparison(package: MatchModelPackage) -> None:
    for name, found in levels(package).items():
        lowest, highest = BOUNDS[name]
        for level in found:
            weight = weight_of(level)
            assert lowest - 1e-4 <= weight <= highest + 1e-4, (name, level["label_for_charts"])


def test_levels_are_those_declared_in_their_order(package: MatchModelPackage) -> None:
    declared = {one.name: [level.label for level in one.levels] for one in COMPARISONS}

    for name, found in levels(package).items():
        assert [level["label_for_charts"] for level in found] == declared[name]
        assert all(0 < level[which] < 1 for level in found
                   for which in ("m_probability", "u_probability"))  # fmt: skip


def test_agreement_speaks_for_a_match_and_disagreement_against(package: MatchModelPackage) -> None:
    for name, found in levels(package).items():
        assert weight_of(found[0]) > 0 > weight_of(found[-1]), name


def test_a_trained_model_may_be_used_and_says_what_it_did_not_learn(
    package: MatchModelPackage,
) -> None:
    assert not [finding for finding in package.lint if finding.severity == "error"]
    assert any("u of an identifier cannot be learned" in one.message for one in package.lint)


def test_what_a_population_does_not_hold_is_not_compared(
    new_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world()
    world.deliver([
        a_record(f"a:{n}", names=[{"kind": "primary", "given": given, "family": family}])
        for n, (given, family) in enumerate(
            (given, family) for given in ("Ana", "Boris", "Chidi", "Dalia")
            for family in ("Okafor", "Petrov", "Quintero", "Rahmani"))
    ])  # fmt: skip

    package = trained(world)

    assert set(levels(package)) == {"name"}
    assert not [finding for finding in package.lint if finding.severity == "error"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no record"),
        pytest.param([a_record("a:1"), a_record("a:2")], id="records that say nothing"),
        pytest.param(
            [a_record("w:1", role="watchlist", names=[{"kind": "primary", "full": "Ana Lopez"}])],
            id="a watchlist alone",
        ),
    ],
)
def test_without_anything_to_compare_training_says_what_to_do(
    rows: list[dict[str, Any]], new_world: Callable[[], World]
) -> None:
    world = new_world()
    if rows:
        world.deliver(rows)

    with pytest.raises(MatchModelError, match="nothing to train a match model on"):
        trained(world)


def test_two_records_are_enough_to_train_on(new_world: Callable[[], World]) -> None:
    world = new_world()
    world.deliver([a_record(f"a:{n}", names=[{"kind": "primary", "full": "Ana Lopez"}])
                   for n in range(2)])  # fmt: skip

    package = trained(world)

    assert 0 < package.prior < 0.5
    assert not [finding for finding in package.lint if finding.severity == "error"]


Spoil = Callable[[dict[str, Any]], None]


def _set(comparison: str, place: int, **values: float) -> Spoil:
    def spoil(settings: dict[str, Any]) -> None:
        (found,) = (one for one in settings["comparisons"]
                    if one["output_column_name"] == comparison)  # fmt: skip
        kept = [one for one in found["comparison_levels"] if not one.get("is_null_level")]
        kept[place].update(values)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "severity", "comparison", "message"),
    [
        pytest.param(
            _set("sex", -1, m_probability=1e-9, u_probability=0.5),
            "error", "sex", "vetoes", id="a level that vetoes",
        ),
        pytest.param(
            _set("sex", -1, m_probability=0.9, u_probability=0.1),
            "error", "sex", "disagreement speaks for a match", id="disagreement that speaks for",
        ),
        pytest.param(
            _set("nationality", 0, m_probability=0.001, u_probability=0.9),
            "warning", "nationality", "outweighs", id="levels out of order",
        ),
        pytest.param(
            lambda settings: settings.update(probability_two_random_records_match=0.7),
            "error", "", "not usable", id="a prior above one half",
        ),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(
    spoil: Spoil, severity: str, comparison: str, message: str, package: MatchModelPackage
) -> None:
    settings = copy.deepcopy(package.settings)
    spoil(settings)

    findings = lint(replace(package, settings=settings), package.figures["training"])

    found = [(one.severity, one.comparison) for one in findings if message in one.message]
    assert (severity, comparison) in found


def test_a_level_that_was_never_seen_is_named(package: MatchModelPackage) -> None:
    seen = copy.deepcopy(package.figures["training"])
    seen["observed"]["sex"] = [{"m": False, "u": False}, {"m": True, "u": True}]
    seen["sessions"] = []

    messages = [(one.comparison, one.message) for one in lint(package, seen)]

    assert ("sex", "'same sex': not seen in random pairs; u as declared") in messages
    assert ("sex", "'same sex': not seen among matches; m as declared") in messages
    assert any("no training session found matches" in message for _, message in messages)


def test_errors_come_first(package: MatchModelPackage) -> None:
    settings = copy.deepcopy(package.settings)
    _set("sex", -1, m_probability=1e-9, u_probability=0.5)(settings)

    findings = lint(replace(package, settings=settings), package.figures["training"])

    severities = [one.severity for one in findings]
    assert severities == sorted(severities)
    assert severities[0] == "error"


def test_what_belongs_to_a_population_is_counted_on_it_though_m_and_u_are_taken_over(
    few: World,
) -> None:
    place = shipped_package()
    assert place is not None
    shipped = load_package(place)

    taken = pipeline.train(
        workspace=few.workspace, log=few.ledger, progress=quietly, limits=LIMITS, learned=shipped
    )

    assert {name: levels(taken)[name] for name in levels(taken)} == {
        name: levels(shipped)[name] for name in levels(taken)
    }
    assert taken.figures["training"]["taken_from"] == shipped.version
    assert taken.population < shipped.population
    assert taken.prior > shipped.prior
    assert taken.frequencies["family"] != shipped.frequencies["family"]


def test_a_list_of_different_people_trains_a_match_model_all_the_same(tmp_path: Path) -> None:
    world = World(pipeline.Workspace(tmp_path, tmp_path))
    given, family = ["ABELA", "CYNTHIA", "DMITRI", "FARAH"], ["OKAFOR", "PEREIRA", "QUIST", "RAMOS"]
    world.deliver(
        [
            a_record(
                f"list:{n:03}",
                names=[{"kind": "primary", "given": given[n % 4], "family": family[n // 4 % 4]}],
                dates_of_birth=[{"text": f"19{30 + n % 67}-0{1 + n % 9}-{10 + n % 17}"}],
            )
            for n in range(400)
        ]
    )

    package = trained(world)

    assert not [finding for finding in package.lint if finding.severity == "error"]
