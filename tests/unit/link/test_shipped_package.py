"""The match model that ships can be used as it is."""

from models.match_model.comparisons import COMPARISONS
from models.match_model.features import FREQUENCY_COLUMNS
from resolution.link.packages import load_package, shipped_package
from resolution.standardise.standardise import STANDARDISER_VERSION


def test_the_shipped_match_model_is_whole_and_of_this_standardiser() -> None:
    place = shipped_package()

    assert place is not None
    package = load_package(place)
    assert package.standardiser_version == STANDARDISER_VERSION
    assert not [finding for finding in package.lint if finding.severity == "error"]


def test_the_shipped_match_model_compares_as_declared_today() -> None:
    place = shipped_package()
    assert place is not None
    trained = {
        comparison["output_column_name"]: [
            level["sql_condition"]
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        ]
        for comparison in load_package(place).settings["comparisons"]
    }

    for comparison in COMPARISONS:
        if comparison.name in trained:
            assert trained[comparison.name] == [level.sql for level in comparison.levels]
    assert set(FREQUENCY_COLUMNS) <= set(load_package(place).frequencies)
