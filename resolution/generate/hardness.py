"""How often sources are wrong: the error rates of each source at each hardness level.

Where the figures come from:

- Four typing errors in five are one letter inserted, left out, replaced, or two swapped
  (Damerau 1964, "A technique for computer detection and correction of spelling errors").
- The kinds of errors, and the habit of giving each field its own rate, follow FEBRL
  (Christen 2005, "Probabilistic data generation for deduplication and data linkage") and GeCo
  (Tran, Vatsalan and Christen 2013, "GeCo: an online personal data generator and corruptor").
- Names of travel documents are cut to 39 characters, primary identifier first, in Latin capitals
  (ICAO Doc 9303, part 3 and part 4).
- Twins are about one birth in thirty (Office for National Statistics, births in England and
  Wales: 14 to 16 maternities in 1,000 are multiple).
- Every other rate here is assumed, and set so that plain Splink's best cluster F1 lands where
  docs/generator.md says. They are frozen with GENERATOR_VERSION.
"""

from dataclasses import dataclass, fields, replace

HARDNESS_LEVELS = ("easy", "default", "hostile")


@dataclass(frozen=True, slots=True)
class Rates:
    """The chance of each error in one record of a source, given that it can occur there."""

    typo: float
    transliteration: float
    nickname: float
    swap_name_order: float
    moved_name_part: float
    dropped_name_part: float
    glued_particle: float
    patronymic: float
    placeholder: float
    default_dob: float
    missing_dob: float
    day_month_swap: float
    year_off: float
    dob_typo: float
    calendar_year: float
    missing_document: float
    doc_typo: float
    merged_family: float
    wrong_nationality: float
    wrong_sex: float


@dataclass(frozen=True, slots=True)
class Crowding:
    """How often different people look alike, which makes links hard to trust."""

    namesake: float  # of households: a person alone, with the full name and nationality of another
    twins: float  # of births in a family
    hostel: float  # of households
    shared_phone: float  # of people: an adviser's telephone number and e-mail address


@dataclass(frozen=True, slots=True)
class Hardness:
    """One level: the rates of each source, and how crowded the population is."""

    casework: Rates
    in_country: Rates
    passengers: Rates
    crowding: Crowding


_CASEWORK = Rates(
    typo=0.09, transliteration=0.30, nickname=0.08, swap_name_order=0.05, moved_name_part=0.10,
    dropped_name_part=0.35, glued_particle=0.20, patronymic=0.12, placeholder=0.02,
    default_dob=0.05, missing_dob=0.05, day_month_swap=0.03, year_off=0.03, dob_typo=0.02,
    calendar_year=0.12, missing_document=0.40, doc_typo=0.05, merged_family=0.08,
    wrong_nationality=0.05, wrong_sex=0.01,
)  # fmt: skip
_IN_COUNTRY = Rates(
    typo=0.04, transliteration=0.15, nickname=0.03, swap_name_order=0.04, moved_name_part=0.06,
    dropped_name_part=0.20, glued_particle=0.15, patronymic=0.06, placeholder=0.01,
    default_dob=0.02, missing_dob=0.02, day_month_swap=0.02, year_off=0.015, dob_typo=0.01,
    calendar_year=0.08, missing_document=0.25, doc_typo=0.02, merged_family=0.05,
    wrong_nationality=0.03, wrong_sex=0.005,
)  # fmt: skip
_PASSENGERS = Rates(
    typo=0.015, transliteration=0.08, nickname=0.01, swap_name_order=0.03, moved_name_part=0.04,
    dropped_name_part=0.25, glued_particle=0.25, patronymic=0.02, placeholder=0.01,
    default_dob=0.004, missing_dob=0.004, day_month_swap=0.01, year_off=0.005, dob_typo=0.006,
    calendar_year=0.01, missing_document=0.02, doc_typo=0.02, merged_family=0.03,
    wrong_nationality=0.02, wrong_sex=0.01,
)  # fmt: skip
_CROWDING = Crowding(namesake=0.10, twins=0.04, hostel=0.06, shared_phone=0.08)


def _scaled(rates: Rates, times: float) -> Rates:
    """Multiply every rate, none above 0.9."""
    return replace(
        rates,
        **{field.name: min(0.9, getattr(rates, field.name) * times) for field in fields(rates)},
    )


def hardness_of(level: str) -> Hardness:
    """Return the rates of a level.

    Raises:
        ValueError: if there is no such level.
    """
    if level not in HARDNESS_LEVELS:
        raise ValueError(f"hardness is one of {', '.join(HARDNESS_LEVELS)}, not {level!r}")
    times, crowd = {"easy": (0.35, 0.35), "default": (1.0, 1.0), "hostile": (2.1, 2.2)}[level]
    return Hardness(
        _scaled(_CASEWORK, times),
        _scaled(_IN_COUNTRY, times),
        _scaled(_PASSENGERS, times),
        Crowding(
            namesake=_CROWDING.namesake * crowd,
            twins=_CROWDING.twins * crowd,
            hostel=_CROWDING.hostel * crowd,
            shared_phone=_CROWDING.shared_phone * crowd,
        ),
    )
