"""The live scorer: weights, keys and explanations of single records under one match model."""

from collections.abc import Mapping
from typing import Any

from models.match_model.blocking import BLOCKING_RULES
from models.match_model.comparisons import COMPARISONS, MACROS
from models.match_model.features import FEATURE_MACROS
from models.match_model.package import MatchModelPackage
from models.prediction import ComparisonEvidence, PairExplanation
from resolution.engines.compiled_sql import Program
from resolution.link.live_scoring.comparisons import compile_model
from resolution.link.live_scoring.frequencies import FrozenFrequencies
from resolution.link.live_scoring.keys import FrozenKeys, keys_of
from resolution.link.live_scoring.records import ComparedRecord, RecordMaker

_SHOWS = {comparison.name: comparison.shows for comparison in COMPARISONS}
_EXCLUSIVE = {comparison.name for comparison in COMPARISONS if comparison.exclusive}


class LiveScorer:
    """Scores pairs of records with the weights of the batch; one serves many threads.

    Features, conditions and keys are compiled from the very declarations that the batch runs in
    DuckDB, so there is one definition of each.
    """

    def __init__(self, package: MatchModelPackage) -> None:
        """Compile a match model.

        Raises:
            NotCompiledError: if an expression of it cannot be compiled exactly.
        """
        program = Program((*FEATURE_MACROS, *MACROS))
        self._version = package.version
        frequencies = FrozenFrequencies(program, package.frequencies)
        self._maker = RecordMaker(program, frequencies)
        self._model = compile_model(
            package.settings, program, self._maker.kinds, self._maker.places
        )
        self._exclusive = [one for one in self._model.comparisons if one.name in _EXCLUSIVE]
        self._scored_maker = RecordMaker(program, frequencies, compared=program.compared)
        self._keys = FrozenKeys(package.capped_keys)

    def record(self, standardised: Mapping[str, Any]) -> ComparedRecord:
        """Return a row of STANDARDISED_RECORDS as the match model sees it."""
        return self._maker.record(standardised)

    def scored_record(self, standardised: Mapping[str, Any]) -> ComparedRecord:
        """Return a record that can be weighed, but neither explained nor keyed, at half the cost.

        Ids, role and attributes of STANDARDISED_RECORDS are enough.
        """
        return self._scored_maker.record(standardised)

    def columns(self, record: ComparedRecord) -> dict[str, Any]:
        """Return what the match model sees of a record by name: its row of `model_input`."""
        return dict(zip(self._maker.places, record.values, strict=True))

    def keys(self, record: ComparedRecord) -> list[tuple[int, int]]:
        """Return the record's distinct blocking keys, each with the number of its rule."""
        return list(keys_of(record.values, self._maker.places))

    def is_too_common(self, rule: int, key: int) -> bool:
        """Tell whether a key brings no two people together."""
        return self._keys.is_too_common(rule, key)

    def is_too_common_for_entries(self, rule: int, key: int) -> bool:
        """Tell whether a key brings nobody to a watchlist entry either."""
        return self._keys.is_too_common_for_entries(rule, key)

    def contradictions(
        self, left: ComparedRecord, right: ComparedRecord
    ) -> tuple[float | None, ...]:
        """Return, for each thing a person has one of, what speaks against one person.

        None where a side holds nothing to compare, the level's match weight where it is negative,
        else 0; the record with the smaller id stands left.
        """
        found: list[float | None] = []
        for comparison in self._exclusive:
            level = comparison.choose(left.values, right.values)
            is_null = comparison.is_null[level]
            found.append(None if is_null else min(0.0, comparison.weights[level]))
        return tuple(found)

    def weight(self, left: ComparedRecord, right: ComparedRecord) -> float:
        """Return the match weight of two records, the one with the smaller id left."""
        one, other = left.values, right.values
        total = self._model.prior_weight
        for comparison in self._model.comparisons:
            level = comparison.choose(one, other)
            total += comparison.weights[level]
            adjustment = comparison.adjustments[level]
            if adjustment is not None:
                total += adjustment.adjustment(one, other)
        return total

    def explanation(self, left: ComparedRecord, right: ComparedRecord) -> PairExplanation:
        """Explain the match weight of two records, the one with the smaller id left."""
        return PairExplanation(
            left_id=left.record_id,
            right_id=right.record_id,
            model_version=self._version,
            prior_weight=self._model.prior_weight,
            comparisons=tuple(self._evidence(left, right)),
            match_weight=self.weight(left, right),
            blocking_rules=self._rules(left, right),
        )

    def _evidence(self, left: ComparedRecord, right: ComparedRecord) -> list[ComparisonEvidence]:
        places = self._maker.places
        evidence = []
        for comparison in self._model.comparisons:
            level = comparison.choose(left.values, right.values)
            adjustment = comparison.adjustments[level]
            shown = places[_SHOWS[comparison.name]]
            evidence.append(
                ComparisonEvidence(
                    comparison=comparison.name,
                    level=comparison.labels[level],
                    left_value=left.values[shown],
                    right_value=right.values[shown],
                    level_weight=comparison.weights[level],
                    term_frequency_weight=(
                        adjustment.adjustment(left.values, right.values) if adjustment else 0.0
                    ),
                )
            )
        return evidence

    def _rules(self, left: ComparedRecord, right: ComparedRecord) -> tuple[str, ...]:
        """Return the descriptions of the rules that give both records a usable key."""
        has_entry = left.is_watchlist or right.is_watchlist
        is_left_out = self.is_too_common_for_entries if has_entry else self.is_too_common
        shared = set(self.keys(left)) & set(self.keys(right))
        usable = sorted({rule for rule, key in shared if not is_left_out(rule, key)})
        return tuple(BLOCKING_RULES[rule].description for rule in usable)
