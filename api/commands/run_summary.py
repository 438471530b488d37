"""Prints what a run did, so that a person sees at once whether it went well."""

from collections import Counter
from collections.abc import Mapping

from api.commands.output import heading, say, table
from api.use_cases.publish_run import RunReport
from models.identity import Run

# Printed in places of their own: by stage, beside what only the whole command knows; and first.
_ELSEWHERE = ("seconds", "peak_memory_mb", "warnings")


def print_run(report: RunReport) -> None:
    """Print a run: its sources, counts, quarantine, blocking rules and times."""
    if report.unchanged:
        say(f"Nothing new: run {report.run.run_id} stays published.")
    else:
        say(f"Published run {report.run.run_id}.")
    if report.trained_now:
        say(f"There was no match model: trained {report.run.model_version} without labels.")
    print_warnings(report.run)
    say()
    heading("Sources")
    table(
        ("source", "new files", "known files", "rows", "records", "quarantined", "excluded"),
        [
            (
                one.source,
                one.files_new,
                one.files_known,
                one.rows,
                one.records,
                one.quarantined,
                one.excluded,
            )
            for one in report.ingest.sources
        ],
    )
    if report.ingest.reasons:
        say()
        heading("Quarantined, by reason (the rows are in the quarantine folder)")
        reasons = Counter(report.ingest.reasons)
        table(("reason", "rows"), reasons.most_common())
    print_counts(report.run.summary)
    say()
    heading("Time and memory")
    table(
        ("stage", "seconds", "peak memory, MB"),
        [
            (stage, round(took, 2), round(report.peak_memory_mb.get(stage, 0)))
            for stage, took in report.seconds.items()
        ],
    )


def print_warnings(run: Run) -> None:
    """Print what somebody should do something about."""
    for one in run.warnings:
        say()
        say(f"Warning: {one['message']}.")


def print_counts(summary: Mapping[str, object]) -> None:
    """Print the counts of a run: single ones first, then those by name, then listed ones."""
    single = [(name, value) for name, value in summary.items() if isinstance(value, (int, float))]
    if single:
        say()
        heading("Run")
        table(("", ""), [(_words(name), value) for name, value in single])
    for name, value in summary.items():
        if name in _ELSEWHERE:
            continue
        if isinstance(value, Mapping) and value:
            say()
            heading(_words(name).capitalize())
            table(("", ""), [(_words(key), item) for key, item in value.items()])
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
            say()
            heading(_words(name).capitalize())
            columns = list(value[0])
            rows = [list(row.values()) for row in value if any(_is_count(n) for n in row.values())]
            table([_words(column) for column in columns], rows)
            if len(rows) < len(value):
                say(f"({len(value) - len(rows)} more found nothing to do.)")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _words(name: object) -> str:
    return str(name).replace("_", " ")
