"""Decides which sources saw whom, when, and under which record ids."""

from dataclasses import dataclass
from datetime import date
from random import Random

from resolution.generate.calendars import TODAY
from resolution.generate.culture import Table, draw
from resolution.generate.person import Block, Person

SOURCES = ("casework", "in_country", "passengers")
# How many records of a source one person has, as a table of a hundred: 2.5 in all on average.
_COUNTS: dict[str, Table] = {
    "casework": tuple("0" * 25 + "1" * 50 + "2" * 20 + "3" * 5),
    "in_country": tuple("0" * 35 + "1" * 55 + "2" * 10),
    "passengers": tuple("0" * 60 + "1" * 20 + "2" * 10 + "3" * 6 + "4" * 2 + "6" * 2),
}
_SINCE = {
    "casework": date(2006, 1, 1).toordinal(),
    "in_country": date(2019, 6, 1).toordinal(),
    "passengers": date(2014, 1, 1).toordinal(),
}
# Ids of a block start at its number times this: more than a block can have records of a source.
_IDS_PER_BLOCK = 40_000


@dataclass(slots=True)
class Planned:
    """One record to come: whose, seen when, and its id within the source."""

    person: Person
    day: int
    source_record_id: str


def _casework_id(number: int) -> str:
    return f"{number:010d}"


def _in_country_id(number: int) -> str:
    return f"ICS-{number:010d}"


def _passengers_id(number: int) -> str:
    return f"API{number:011d}"


_IDS = {"casework": _casework_id, "in_country": _in_country_id, "passengers": _passengers_id}


def plan_records(block: Block, number: int, rng: Random) -> dict[str, list[Planned]]:
    """Plan every record of a block, by source, in order of day; note the ids on the people."""
    plans: dict[str, list[Planned]] = {}
    for source in SOURCES:
        sightings: list[tuple[int, int, Person]] = []
        since, counts = _SINCE[source], _COUNTS[source]
        for place, person in enumerate(block.people):
            start = max(since, person.birth + 40)
            if source == "passengers":
                # Nobody flies without a document.
                first_held = min((held.valid_from for held in person.documents), default=TODAY)
                start = max(start, first_held)
            for _ in range(int(draw(counts, rng)) if start < TODAY else 0):
                day = start + int(rng.random() * (TODAY - start))
                sightings.append((day, place, person))
        sightings.sort(key=lambda sighting: sighting[:2])
        # Ids say nothing about who belongs with whom.
        ids = list(range(len(sightings)))
        rng.shuffle(ids)
        write_id = _IDS[source]
        plans[source] = []
        for (day, _, person), place in zip(sightings, ids, strict=True):
            source_record_id = write_id(number * _IDS_PER_BLOCK + place + 1)
            person.record_ids.setdefault(source, []).append(source_record_id)
            plans[source].append(Planned(person, day, source_record_id))
    return plans
