"""Writes advance passenger information: XML, names as machine readable zones cut them."""

from random import Random

from resolution.generate.calendars import iso
from resolution.generate.observation import Sighting
from resolution.generate.plan import Planned
from resolution.generate.wording import known, machine_readable

HEADER = b'<?xml version="1.0" encoding="UTF-8"?>\n<passengers>\n'
FOOTER = b"</passengers>\n"
# A message without its id, and one whose id is empty: neither can become a record.
BAD_ELEMENTS = (
    b"<passenger><name><surname>NOKEY</surname><given>A</given></name><sex>M</sex></passenger>\n",
    b'<passenger id=""><name><surname>EMPTYKEY</surname></name><sex>F</sex></passenger>\n',
)

# Both names and the filler between them share 39 signs (ICAO Doc 9303, part 4).
_NAME_SIGNS = 39
_CARRIERS = ("XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH")
_ORIGINS = (
    "LHE", "ISB", "DEL", "BOM", "LOS", "ABV", "IST", "DXB", "DOH", "CAI", "ADD", "NBO", "WAW",
    "OTP", "TIA", "MAD", "LIS", "GRU", "PVG", "HKG", "SGN", "HAN", "MNL", "CMB", "DAC", "ACC",
)  # fmt: skip
_ARRIVALS = ("LHR", "LGW", "MAN", "BHX", "STN", "LTN", "EDI")
_TYPES = {"passport": "P", "residence_permit": "IR", "id_card": "I"}


class PassengersWriter:
    """Turns sightings into XML elements, a block at a time."""

    def __init__(self) -> None:
        self._elements: list[str] = []

    def add(self, planned: Planned, seen: Sighting, rng: Random) -> None:
        """Write one passenger of one flight."""
        chance = rng.random
        surname, given = _names(seen)
        carrier = _CARRIERS[int(chance() * 8)]
        flight = (
            f'<flight number="{carrier}{100 + int(chance() * 900)}" date="{iso(seen.day)}"'
            f' from="{_ORIGINS[int(chance() * 26)]}" to="{_ARRIVALS[int(chance() * 7)]}"/>'
        )
        birth = document = ""
        if seen.birth is not None:
            year, month, day = seen.birth
            birth = f"<birth>{year:04d}-{month:02d}-{day:02d}</birth>"
        held = seen.document
        if held is not None:
            document = (
                f'<document type="{_TYPES[held.type]}" number="{held.number}"'
                f' country="{held.country}" expiry="{iso(held.valid_to)}"/>'
            )
        self._elements.append(
            f'<passenger id="{planned.source_record_id}">{flight}'
            f"<name><surname>{surname}</surname><given>{given}</given></name>"
            f"<sex>{'MF'[seen.sex]}</sex>{birth}<nationality>{seen.nationality}</nationality>"
            f"{document}</passenger>\n"
        )

    def flush(self) -> bytes:
        """Return the block's elements."""
        text = "".join(self._elements)
        self._elements.clear()
        return text.encode()


def _names(seen: Sighting) -> tuple[str, str]:
    surname = machine_readable(known(seen.family, "FNU"))
    given = machine_readable(f"{known(seen.given, 'FNU')} {seen.middle}")
    if len(surname) + 2 + len(given) > _NAME_SIGNS:
        seen.kinds.append("truncated_name")
        # The surname keeps room for two signs of given name, as the standard asks.
        surname = surname[: _NAME_SIGNS - 4].rstrip()
        given = given[: _NAME_SIGNS - 2 - len(surname)].rstrip()
    return surname, given
