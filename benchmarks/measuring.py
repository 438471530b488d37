"""Measures ours, connected components and plain Splink on one set, public or generated."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from benchmarks.data_sets import RecordSet
from benchmarks.generated_errors import GeneratedErrors, errors_of
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS, PipelineResult, run_pipeline
from benchmarks.plain_models import PLAIN_MODELS
from benchmarks.plain_models.declaration import PlainModel
from benchmarks.plain_models.generated import GENERATED, GENERATED_WIDE, write_plain_file
from benchmarks.plain_splink import DEFAULT_WEIGHT, THRESHOLDS, PlainResult, run_plain_splink
from benchmarks.reporting import (
    COMPONENTS,
    OURS,
    PLAIN,
    Outcome,
    WeightAccuracy,
    outcome_of_components,
)
from models.tables import COMPLETED_WITHIN_COMPONENT, TRUTH
from resolution.evaluate.accuracy import (
    blocking_recall,
    blocking_recall_of_keys,
    evaluate_by_threshold,
    evaluate_partition,
)
from resolution.evaluate.breakdown import matches_sharing_a_key
from resolution.evaluate.components import connected_components
from resolution.generate.generate import generate

# From the default link weight: where the same pairs are clustered again.
STEPS = (-2.0, *(float(step) for step in range(-1, 17) if step))
# Below the weight of every pair.
_EVERYTHING = -1_000.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A set to be measured: its records and who is who in them.

    Attributes:
        generated: what is in `data` was generated, and its truth tells of relations and mistakes.
        keep: folder to write predictions, clusters and truth to, for other measurements.
    """

    name: str
    mapping_files: Sequence[Path]
    models: dict[str, PlainModel]
    data: Path
    truth: pa.Table
    scratch: Path
    generated: bool = False
    keep: Path | None = None

    def outcomes(self) -> list[Outcome]:
        """Return every tool's outcome, ours first."""
        ours, components = self._ours()
        found = [ours, components]
        for tool, model in self.models.items():
            found.append(self._plain(tool, model, ours.default.pairs.recall))
        return found

    def _ours(self) -> tuple[Outcome, Outcome]:
        """Run the pipeline in a fresh workspace; measure its clusters and its predictions."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as root:
            result = run_pipeline(
                self.mapping_files,
                self.data,
                Path(root) / "workspace",
                link_weight_steps=STEPS,
            )
        if self.keep is not None:
            self._write(result, self.keep / self.name.replace(", ", "-").replace(" ", "-"))
        components = self._components(result)
        thresholds = result.package.thresholds
        by_weight = [
            WeightAccuracy(weight, evaluate_partition(clusters, self.truth, scratch=self.scratch))
            for weight, clusters in result.clusters_at.items()
        ]
        [default] = [row.accuracy for row in by_weight if row.weight == thresholds.link_weight]
        ours = replace(
            components,
            tool=OURS,
            default=default,
            by_weight=by_weight,
            seconds=sum(result.seconds.values()),
        )
        if self.generated:
            errors = errors_of(
                result.clusters,
                self.data,
                self.truth,
                compared=matches_sharing_a_key(
                    result.blocking_keys, self.truth, scratch=self.scratch
                ),
                predictions=result.predictions,
                link_weight=thresholds.link_weight,
                scratch=self.scratch,
            )
            ours = replace(ours, errors=errors)
        return ours, components

    def _components(self, result: PipelineResult) -> Outcome:
        link_weight = result.package.thresholds.link_weight
        # What only the clustering asked to compare is none of the components' business.
        blocked = pc.field("blocking_rule") != COMPLETED_WITHIN_COMPONENT
        rows = evaluate_by_threshold(
            result.predictions.filter(blocked),
            self.truth,
            result.clusters.column("record_id"),
            {link_weight, *(step / 2 for step in range(-20, 81))},
            scratch=self.scratch,
        )
        recall = blocking_recall_of_keys(
            result.blocking_keys,
            self.truth,
            n_candidate_pairs=int(str(result.summary["pairs"])),
            scratch=self.scratch,
        )
        return outcome_of_components(self.name, COMPONENTS, rows, link_weight, recall, 0.0)

    def _write(self, result: PipelineResult, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(result.predictions, folder / "predictions.parquet")
        clusters = [
            table.append_column("link_weight", pa.array([weight] * table.num_rows, pa.float64()))
            for weight, table in result.clusters_at.items()
        ]
        pq.write_table(pa.concat_tables(clusters), folder / "clusters.parquet")
        pq.write_table(self.truth, folder / "truth.parquet")
        told = {"name": self.name, "link_weight": result.package.thresholds.link_weight}
        (folder / "set.json").write_text(json.dumps(told) + "\n", encoding="utf-8")

    def _plain(self, tool: str, model: PlainModel, our_recall: float) -> Outcome:
        result = run_plain_splink(model, self.data, self.scratch)
        rows = evaluate_by_threshold(
            result.predictions, self.truth, result.record_ids, THRESHOLDS, scratch=self.scratch
        )
        recall = blocking_recall(result.predictions, self.truth, scratch=self.scratch)
        outcome = outcome_of_components(
            self.name, tool, rows, DEFAULT_WEIGHT, recall, result.seconds
        )
        at_our_recall = self._at_recall(result, outcome.by_weight, our_recall)
        outcome = replace(outcome, at_our_recall=at_our_recall)
        if self.generated:
            outcome = replace(outcome, errors=self._errors_of_plain(result))
        return outcome

    def _at_recall(
        self, result: PlainResult, rows: Sequence[WeightAccuracy], recall: float
    ) -> WeightAccuracy:
        """Find the highest threshold with no less recall, to a fiftieth of a unit of weight."""
        enough = [row.weight for row in rows if row.accuracy.pairs.recall >= recall]
        if enough:
            thresholds = [max(enough) + step / 50 for step in range(26)]
        else:
            thresholds = [_EVERYTHING, *(float(weight) for weight in range(-60, -10))]
        closer = evaluate_by_threshold(
            result.predictions, self.truth, result.record_ids, thresholds, scratch=self.scratch
        )
        found = [row for row in closer if row.components.pairs.recall >= recall][-1:] or closer[:1]
        return WeightAccuracy(found[0].threshold_match_weight, found[0].components)

    def _errors_of_plain(self, result: PlainResult) -> GeneratedErrors:
        clusters = connected_components(
            result.record_ids, result.predictions, DEFAULT_WEIGHT, scratch=self.scratch
        )
        return errors_of(
            clusters,
            self.data,
            self.truth,
            compared=result.predictions,
            predictions=result.predictions,
            link_weight=DEFAULT_WEIGHT,
            scratch=self.scratch,
        )


def measure(record_set: RecordSet, data: Path, scratch: Path, keep: Path | None) -> list[Outcome]:
    """Return every tool's outcome on one public set, ours first."""
    return Measured(
        record_set.name,
        record_set.mapping_files(),
        PLAIN_MODELS[record_set.name],
        data,
        record_set.read_truth(data),
        scratch,
        keep=keep,
    ).outcomes()


def measure_generated(
    people: int, seed: int, hardness: str, scratch: Path, keep: Path | None
) -> list[Outcome]:
    """Generate people and return every tool's outcome on them, ours first."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        data = Path(folder)
        generate(people, seed=seed, hardness=hardness, folder=data)
        write_plain_file(data)
        return Measured(
            f"generated, {hardness}, seed {seed}",
            sorted(EXAMPLE_MAPPINGS.glob("*.yaml")),
            {PLAIN: GENERATED, f"{PLAIN}, wider blocking": GENERATED_WIDE},
            data,
            pa_csv.read_csv(data / "truth" / "truth.csv").cast(TRUTH),
            scratch,
            generated=True,
            keep=keep,
        ).outcomes()
