"""Writes a made-up population and what four sources know of it, with the truth beside it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import BinaryIO

from resolution.generate import casework, in_country, passengers, watchlist
from resolution.generate.belongings import SharedPlaces
from resolution.generate.casework import CaseworkWriter
from resolution.generate.hardness import HARDNESS_LEVELS, Hardness, hardness_of
from resolution.generate.in_country import InCountryWriter
from resolution.generate.observation import Sighting, document_on, observe
from resolution.generate.passengers import PassengersWriter
from resolution.generate.people import BlockMaker
from resolution.generate.person import PEOPLE_COLUMNS, Block, people_rows
from resolution.generate.plan import SOURCES, Planned, plan_records
from resolution.generate.watchlist import WatchlistWriter

__all__ = ["GENERATOR_VERSION", "HARDNESS_LEVELS", "GenerationSummary", "generate"]

# Raised whenever the same arguments would give other data: figures are quoted with it.
GENERATOR_VERSION = 1
PEOPLE_PER_BLOCK = 5_000

_FILES = {
    "casework": "incoming/casework.csv",
    "in_country": "incoming/in_country.jsonl",
    "passengers": "incoming/passengers.xml",
    "watchlist": "incoming/watchlist.csv",
    "truth": "truth/truth.csv",
    "watchlist_truth": "truth/watchlist_truth.csv",
    "corruptions": "truth/corruptions.csv",
    "relations": "truth/relations.csv",
    "people": "truth/people.csv",
}

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class GenerationSummary:
    """What was written: counts only, so that the same arguments give the same summary."""

    folder: Path
    people: int
    seed: int
    hardness: str
    generator_version: int = GENERATOR_VERSION
    # person records by source; watchlist entries are counted apart
    records: dict[str, int] = field(default_factory=dict)
    watchlist_entries: int = 0
    watchlist_true_entries: int = 0
    # rows planted that cannot become records, by source
    bad_rows: dict[str, int] = field(default_factory=dict)
    corruptions: dict[str, int] = field(default_factory=dict)
    relations: dict[str, int] = field(default_factory=dict)

    @property
    def person_records(self) -> int:
        """The number of person records of all sources."""
        return sum(self.records.values())


def generate(
    people: int, *, seed: int, hardness: str, folder: Path, progress: Progress | None = None
) -> GenerationSummary:
    """Write sources of known truth about so many people into a folder.

    The files are incoming/casework.csv, in_country.jsonl, passengers.xml and watchlist.csv, and
    truth/truth.csv, watchlist_truth.csv, corruptions.csv, relations.csv and people.csv. Memory does
    not grow with the number of people, and the same arguments give the same bytes.

    Args:
        people: how many people there are; about 2.5 records each.
        seed: any whole number.
        hardness: one of HARDNESS_LEVELS.
        folder: where to write; files of an earlier generation are replaced.
        progress: called after each block with (people done, people in all).

    Returns:
        Counts of what was written.

    Raises:
        ValueError: if there are no people to make, or no such hardness.

    Source:
        The error rates, and where each is from: resolution/generate/hardness.py.
    """
    if people < 1:
        raise ValueError("people must be 1 or more")
    level = hardness_of(hardness)
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {}
        for name, path in _FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            files[name] = stack.enter_context((folder / path).open("wb"))
        run = _Run(files, level, GenerationSummary(folder, people, seed, hardness))
        run.write_heads()
        for number, first in enumerate(range(0, people, PEOPLE_PER_BLOCK)):
            count = min(PEOPLE_PER_BLOCK, people - first)
            run.write_block(number, first, count)
            if progress is not None:
                progress(first + count, people)
        run.write_ends()
    return run.finished()


class _Run:
    """One generation: the open files, and the counts so far."""

    def __init__(
        self, files: dict[str, BinaryIO], level: Hardness, summary: GenerationSummary
    ) -> None:
        self._files = files
        self._level = level
        self._summary = summary
        self._key = f"identigraph:{GENERATOR_VERSION}:{summary.seed}:{summary.hardness}"
        self._places = SharedPlaces(f"{self._key}:places")
        self._records: Counter[str] = Counter()
        self._corruptions: Counter[str] = Counter()
        self._relations: Counter[str] = Counter()
        self._writers: dict[str, CaseworkWriter | InCountryWriter | PassengersWriter] = {
            "casework": CaseworkWriter(),
            "in_country": InCountryWriter(),
            "passengers": PassengersWriter(),
        }
        self._watchlist = WatchlistWriter()

    def write_heads(self) -> None:
        self._files["casework"].write(CaseworkWriter.header())
        self._files["passengers"].write(passengers.HEADER)
        self._files["watchlist"].write(WatchlistWriter.header())
        for name in ("truth", "watchlist_truth"):
            self._files[name].write(b"record_id,person_id\n")
        self._files["corruptions"].write(b"record_id,kind\n")
        self._files["relations"].write(b"person_id,other_person_id,kind\n")
        self._files["people"].write(",".join(PEOPLE_COLUMNS).encode() + b"\n")

    def write_block(self, number: int, first: int, count: int) -> None:
        """Make one block of people from a stream of chance of its own, and write its records."""
        made_up = f"{self._key}:{number}"
        rng = Random(f"{made_up}:people")  # noqa: S311  made-up data, nothing to keep secret
        crowding = self._level.crowding
        maker = BlockMaker(rng, first=first, count=count, crowding=crowding, places=self._places)
        block = maker.make()
        rng = Random(f"{made_up}:records")  # noqa: S311
        for source, plans in plan_records(block, number, rng).items():
            self._write_source(block, source, plans, rng)
        rows, truth = self._watchlist.entries(block, number, rng)
        self._files["watchlist"].write(rows)
        self._summary.watchlist_entries += rows.count(b"\nWL-") + rows.startswith(b"WL-")
        self._summary.watchlist_true_entries += len(truth)
        self._write_lines(
            "watchlist_truth", (f"watchlist:{entry},{person}" for entry, person in truth.items())
        )
        self._relations.update(kind for _, _, kind in block.relations)
        self._write_lines("relations", (",".join(relation) for relation in block.relations))
        self._files["people"].write(people_rows(block))
        if number == 0:
            self._plant_bad_rows()

    def _write_source(self, block: Block, source: str, plans: list[Planned], rng: Random) -> None:
        rates, writer = getattr(self._level, source), self._writers[source]
        truth, wrong = [], []
        for planned in plans:
            seen = observe(planned.person, planned.day, rates, rng)
            writer.add(planned, seen, rng)
            record_id = f"{source}:{planned.source_record_id}"
            truth.append(f"{record_id},{planned.person.person_id}")
            wrong += [f"{record_id},{kind}" for kind in dict.fromkeys(seen.kinds)]
            self._corruptions.update(dict.fromkeys(seen.kinds, 1))
            if "merged_family" in seen.kinds:
                _note_shared_document(block, seen)
        self._records[source] += len(plans)
        self._files[source].write(writer.flush())
        self._write_lines("truth", truth)
        self._write_lines("corruptions", wrong)

    def _write_lines(self, name: str, lines: Iterator[str] | list[str]) -> None:
        text = "\n".join(lines)
        if text:
            self._files[name].write(text.encode() + b"\n")

    def _plant_bad_rows(self) -> None:
        bad = {
            "casework": casework.BAD_ROWS,
            "in_country": in_country.bad_lines(),
            "passengers": passengers.BAD_ELEMENTS,
            "watchlist": (watchlist.BAD_ROW,),
        }
        for source, rows in bad.items():
            self._files[source].writelines(rows)
            self._summary.bad_rows[source] = len(rows)

    def write_ends(self) -> None:
        self._files["passengers"].write(passengers.FOOTER)
        self._files["watchlist"].write(watchlist.BROKEN_END)
        self._summary.bad_rows["watchlist"] += 1

    def finished(self) -> GenerationSummary:
        """Return the summary with the counts filled in."""
        self._summary.records = {source: self._records[source] for source in SOURCES}
        self._summary.corruptions = dict(sorted(self._corruptions.items()))
        self._summary.relations = dict(sorted(self._relations.items()))
        return self._summary


def _note_shared_document(block: Block, seen: Sighting) -> None:
    parent = seen.person.parents[-1]
    if document_on(parent.documents, seen.day) is not None:
        relation = (parent.person_id, seen.person.person_id, "shared_document")
        if relation not in block.relations[-50:]:
            block.relations.append(relation)
