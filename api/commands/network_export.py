"""Writes the network around a person to files that other tools open."""

from pathlib import Path

from api.commands.output import say
from api.use_cases.explore_network import NetworkAnswer
from graph.network_files import DrawnParty, NetworkFormat, network_files
from models.errors import InvalidInputError


def format_of(export: Path | None) -> NetworkFormat | None:
    """Return the format that the ending of a file asks for; None where no file is asked for.

    Raises:
        InvalidInputError: if there is no such format.
    """
    if export is None:
        return None
    try:
        return NetworkFormat(export.suffix.removeprefix("."))
    except ValueError as error:
        raise InvalidInputError(
            "--export takes a file that ends in .graphml, .cypher or .csv"
        ) from error


def write_network(answer: NetworkAnswer, export: Path, form: NetworkFormat) -> None:
    """Write a network to a file, or to one for its parties and one for its connections."""
    parties = [
        DrawnParty(one.shown.party, one.shown.name, one.shown.n_records, one.depth)
        for one in answer.parties
    ]
    files = network_files(parties, answer.connections, answer.shared_by_many, form)
    for ending, text in files.items():
        file = export.with_suffix(ending)
        # personal data: for the eyes of whoever asked
        file.touch(mode=0o600)
        file.write_text(text, "utf-8")
        say(f"Wrote {file}.")
    say(f"{answer.n_parties:,} parties; left out: {answer.n_parties_left_out:,} a step away.")
