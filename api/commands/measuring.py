"""`identigraph evaluate` and `export`: how right a run is, and its result as a file."""

from pathlib import Path
from typing import Annotated

import typer

from api.auth.sign_in import operating_system_user
from api.commands.accuracy import (
    accuracy_as_plain,
    hits_as_plain,
    print_accuracy,
    print_by_threshold,
    print_hits,
)
from api.commands.options import JsonOption, PurposeOption, WorkspaceOption
from api.commands.output import print_json, say
from api.settings import load_settings
from api.use_cases.evaluate_run import TruthFile, evaluate_run
from api.use_cases.export_identities import export_identities
from api.wiring import opened

# A run keeps no prediction below its review threshold.
_THRESHOLDS = (-2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("evaluate")(evaluate)
    app.command("export")(export)


def evaluate(
    *,
    truth: Annotated[
        Path, typer.Option("--truth", help="CSV or Parquet: record ids and person ids.")
    ],
    watchlist_truth: Annotated[
        Path | None,
        typer.Option(
            "--watchlist-truth",
            help="The same of watchlist entries; one that is not in it is about nobody.",
        ),
    ] = None,
    record_id_column: Annotated[
        str, typer.Option("--record-id-column", help="Its column of record ids.")
    ] = "record_id",
    person_id_column: Annotated[
        str, typer.Option("--person-id-column", help="Its column of person ids.")
    ] = "person_id",
    threshold: Annotated[
        list[float] | None,
        typer.Option("--threshold", help="Also measure at this match weight; may be repeated."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the published run against records of known people.

    Prints pairwise and B-cubed precision, recall and F1, and cluster errors; then what plain
    connected components would give by threshold. Watchlist entries join nobody and do not count
    in these; with --watchlist-truth, hits have precision and recall of their own.

    Examples:
    - `identigraph evaluate --workspace demo --truth demo/truth/truth.csv`

    - `identigraph evaluate --workspace demo --truth demo/truth/truth.csv --watchlist-truth
      demo/truth/watchlist_truth.csv`

    - `identigraph evaluate --truth labels.parquet --person-id-column person`
    """
    columns = record_id_column, person_id_column
    with opened(load_settings(workspace)) as deployment:
        found = evaluate_run(
            TruthFile(truth, *columns),
            entry_truth=TruthFile(watchlist_truth, *columns) if watchlist_truth else None,
            thresholds=threshold or _THRESHOLDS,
            principal=operating_system_user(None),
            graph=deployment.store,
            workspace=deployment.workspace,
            auditor=deployment.auditor,
        )
    if as_json:
        by_threshold = [
            {
                "threshold_match_weight": one.threshold_match_weight,
                "components": accuracy_as_plain(one.components),
            }
            for one in found.by_threshold
        ]
        basis = {"run_id": found.basis.run_id, "model_version": found.basis.model_version}
        hits = {"watchlist_hits": hits_as_plain(found.hits)}
        accuracy = accuracy_as_plain(found.accuracy)
        print_json(accuracy | {"by_threshold": by_threshold} | hits | basis)
        return
    print_accuracy(found.accuracy)
    print_by_threshold(found.by_threshold)
    print_hits(found.hits)
    say(f"\nOf run {found.basis.run_id}, match model {found.basis.model_version}.")


def export(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv or .parquet file.")],
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every record with its cluster and identity to one file.

    Columns: record_id, source, source_record_id, cluster_id, identity_id, hit_identity_ids. A
    watchlist entry is a cluster of its own, with the identities it may be.

    Examples:
    - `identigraph export --workspace work --output identities.parquet`
    """
    with opened(load_settings(workspace)) as deployment:
        written = export_identities(
            output,
            principal=operating_system_user(purpose),
            graph=deployment.store,
            workspace=deployment.workspace,
            auditor=deployment.auditor,
        )
    if as_json:
        print_json(written)
    else:
        say(f"Wrote {written.n_records:,} records of run {written.basis.run_id} to {output}.")
