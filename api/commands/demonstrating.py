"""`identigraph demo`: generate people, run everything on them, measure it, serve it."""

import json
import shlex
import sys
import webbrowser
from pathlib import Path
from threading import Timer
from typing import Annotated, Any

import typer

from api.auth.sign_in import operating_system_user
from api.commands.accuracy import accuracy_as_plain, hits_as_plain, print_accuracy, print_hits
from api.commands.options import JsonOption
from api.commands.output import heading, print_json, say
from api.commands.progress import shown_progress
from api.commands.run_summary import print_run
from api.commands.serving import address_of, listen, serve_until_stopped
from api.settings import Settings, load_settings
from api.use_cases.evaluate_run import Evaluation, TruthFile, evaluate_run
from api.use_cases.publish_run import RunReport, publish_run
from api.use_cases.run_demo import DemoPlan, prepare_demo
from api.use_cases.suggest_requests import SuggestedRequests, suggest_requests
from api.wiring import Deployment, identity_ids, opened
from resolution.ports import Progress
from resolution.sources.mapping import load_mappings


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("demo")(demo)


def demo(
    *,
    people: Annotated[int, typer.Option("--people", min=10, help="How many people.")] = 2_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same people.")] = 1,
    hardness: Annotated[
        str, typer.Option("--hardness", help="easy, default or hostile.")
    ] = "default",
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help="A new folder for the demo.")
    ] = Path("demo"),
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port.")] = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the result until stopped.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Generate people, run everything on them, measure it against the truth, and serve it.

    Examples:
    - `identigraph demo`

    - `identigraph demo --people 20000 --seed 7 --workspace demo7 --no-serve --json`
    """
    settings = load_settings(workspace, port=port)
    if serve:
        listen(settings).close()  # better now than after the work
    settings.places.root.mkdir(parents=True, exist_ok=True)
    with opened(settings) as deployment:
        with shown_progress() as progress:
            plan = DemoPlan(people, seed, hardness)
            truth = _prepare(plan, deployment, progress)
            report = _run(plan, deployment, progress)
            progress("measuring", 0, 0)
            found = _measure(truth, deployment)
        if as_json:
            quarantined = sum(file.n_quarantined for file in deployment.store.files())
            print_json(demo_as_plain(report, found, quarantined))
        else:
            print_run(report)
            say()
            print_accuracy(found.accuracy)
            print_hits(found.hits)
        if serve:
            _serve(settings, deployment)


def demo_as_plain(report: RunReport, found: Evaluation, quarantined: int) -> dict[str, Any]:
    """Return what a demo did as one object for scripts; `quarantined` is of all files ever read."""
    summary = report.run.summary
    accuracy = accuracy_as_plain(found.accuracy)
    return {
        "records": summary.get("records"),
        "pairs": summary.get("pairs"),
        "clusters": summary.get("clusters"),
        "identities": summary.get("identities"),
        "quarantined": quarantined,
        "pairwise": accuracy["pairwise"],
        "b_cubed": accuracy["b_cubed"],
        "cluster_errors": accuracy["clusters"],
        "watchlist_hits": hits_as_plain(found.hits),
        "seconds": report.seconds,
        "peak_memory_mb": report.peak_memory_mb,
        "run_id": report.run.run_id,
        "model_version": report.run.model_version,
        "unchanged": report.unchanged,
    }


def _prepare(plan: DemoPlan, deployment: Deployment, progress: Progress) -> Path:
    """Make the demo's workspace."""
    return prepare_demo(
        plan,
        principal=operating_system_user("demo"),
        workspace=deployment.workspace,
        auditor=lambda: deployment.auditor,
        example_mappings=sorted((deployment.settings.examples / "mappings").glob("*.yaml")),
        generate=deployment.generate,
        progress=progress,
    )


def _run(plan: DemoPlan, deployment: Deployment, progress: Progress) -> RunReport:
    # Seeded by what is there too, so that a second run of a demo draws no id again.
    seed = f"{plan.seed}:{deployment.store.change_sequence()}"
    return publish_run(
        load_mappings(deployment.workspace.mappings),
        principal=operating_system_user("demo"),
        workspace=deployment.workspace,
        store=deployment.store,
        pipeline=deployment.pipeline,
        shelf=deployment.shelf,
        publish=deployment.publish,
        auditor=deployment.auditor,
        databases=deployment.settings.database_addresses,
        new_identity_id=identity_ids(seed),
        progress=progress,
        learned=deployment.shelf.shipped(),
    )


def _measure(truth: Path, deployment: Deployment) -> Evaluation:
    return evaluate_run(
        TruthFile(truth),
        entry_truth=TruthFile(truth.with_name("watchlist_truth.csv")),
        thresholds=(),
        principal=operating_system_user("demo"),
        graph=deployment.store,
        workspace=deployment.workspace,
        auditor=deployment.auditor,
    )


def _serve(settings: Settings, deployment: Deployment) -> None:
    suggested = suggest_requests(
        principal=operating_system_user("demo"),
        graph=deployment.store,
        workspace=deployment.workspace,
        auditor=deployment.auditor,
    )
    with listen(settings) as listening:
        address = address_of(listening)
        say()
        heading(f"Serving on {address} (stop with Ctrl-C)")
        if suggested:
            say("Try these, or the same on the page:")
            for request in requests_of(address, suggested):
                say(f"\n  {request}")
        if sys.stdout.isatty():
            opening = Timer(2.0, _open_browser, [address])
            opening.daemon = True
            opening.start()
        serve_until_stopped(listening, deployment, suggested)


def requests_of(address: str, suggested: SuggestedRequests) -> list[str]:
    """Write three requests to try, ready for a shell."""

    def post(path: str, body: dict[str, Any]) -> str:
        asked = shlex.quote(json.dumps(body, ensure_ascii=False))
        return f"curl -s {address}{path} -H 'Content-Type: application/json' -d {asked}"

    left, right = suggested.record_ids
    return [
        post("v1/who-is", {"attributes": suggested.attributes}),
        f"curl -s {address}v1/identities/{suggested.identity_id}",
        post("v1/explain", {"left_id": left, "right_id": right}),
    ]


def _open_browser(address: str) -> None:
    """Open the page where there is a browser with a screen; one in the terminal would take over."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    in_terminal = isinstance(browser, webbrowser.GenericBrowser)
    if not in_terminal or isinstance(browser, webbrowser.BackgroundBrowser):
        browser.open(address)
