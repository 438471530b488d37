"""Compiles the comparisons of a trained match model, with the weights that Splink gives them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from splink import SettingsCreator
from splink.internals.comparison import Comparison
from splink.internals.comparison_level import ComparisonLevel
from splink.internals.misc import prob_to_match_weight

from resolution.engines.compiled_sql import Kind, NotCompiledError, Program

_Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class TermFrequency:
    """How the rarity of a value changes a level's weight.

    Attributes:
        place: where a record holds how common its value is.
        log2_u: what the level's weight took its u for.
        least: no value counts as rarer.
    """

    place: int
    weight: float
    log2_u: float
    least: float

    def adjustment(self, left: _Values, right: _Values) -> float:
        """Return what is added to the weight of the level."""
        one, other = left[self.place], right[self.place]
        if one is None:
            one = other
        elif other is None:
            other = one
        if one is None:
            return 0.0
        return self.weight * (self.log2_u - math.log2(max(one, other, self.least)))


@dataclass(frozen=True, slots=True)
class CompiledComparison:
    """One comparison; level i has label, weight and adjustment i.

    Attributes:
        is_null: of each level, whether it says that a side holds nothing to compare.
    """

    name: str
    choose: Callable[[_Values, _Values], int]
    labels: tuple[str, ...]
    weights: tuple[float, ...]
    adjustments: tuple[TermFrequency | None, ...]
    is_null: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """All comparisons of a match model, in the order in which Splink adds them up."""

    prior_weight: float
    comparisons: tuple[CompiledComparison, ...]


def compile_model(
    settings: dict[str, Any], program: Program, kinds: Mapping[str, Kind], places: Mapping[str, int]
) -> CompiledModel:
    """Compile Splink settings.

    Args:
        settings: of a trained model.
        program: that knows the macros.
        kinds: of every column of `model_input`.
        places: where each column stands in a record's values.

    Raises:
        NotCompiledError: if a condition cannot be compiled exactly.
    """
    trained = SettingsCreator.from_path_or_dict(settings).get_settings("duckdb")
    return CompiledModel(
        prior_weight=prob_to_match_weight(trained._probability_two_random_records_match),
        comparisons=tuple(
            _compile(comparison, program, kinds, places) for comparison in trained.comparisons
        ),
    )


def _compile(
    comparison: Comparison, program: Program, kinds: Mapping[str, Kind], places: Mapping[str, int]
) -> CompiledComparison:
    *tried, otherwise = levels = comparison.comparison_levels
    name = comparison.output_column_name
    if not otherwise._is_else_level or any(level._is_else_level for level in tried):
        raise NotCompiledError(name, "a comparison ends with its only ELSE")
    conditions = [level.sql_condition for level in tried]
    return CompiledComparison(
        name=name,
        choose=program.choice(f"level_of_{name}", conditions, kinds, places),
        labels=tuple(level.label_for_charts for level in levels),
        weights=tuple(level._match_weight for level in levels),
        adjustments=tuple(_adjustment(level, levels, places) for level in levels),
        is_null=tuple(bool(level.is_null_level) for level in levels),
    )


def _adjustment(
    level: ComparisonLevel, levels: list[ComparisonLevel], places: Mapping[str, int]
) -> TermFrequency | None:
    """Return what Splink's SQL does for this level; None where it adds nothing."""
    has_none = level.is_null_level or level._is_else_level or not level._has_tf_adjustments
    if has_none or level._tf_adjustment_weight == 0:
        return None
    return TermFrequency(
        place=places[f"tf_{level._tf_adjustment_input_column_name}"],
        weight=level._tf_adjustment_weight,
        log2_u=math.log2(level._u_probability_corresponding_to_exact_match(levels)),
        least=level._tf_minimum_u_value,
    )
