"""How sources put things into words: letters they can hold, countries, kinds of names."""

import functools
from random import Random

from anyascii import anyascii

from resolution.generate.mistakes import UNKNOWN, other_spelling
from resolution.generate.person import Person

COUNTRY_NAMES = {
    "AFG": "AFGHANISTAN", "AGO": "ANGOLA", "ALB": "ALBANIA", "AUS": "AUSTRALIA",
    "BEN": "BENIN", "BGD": "BANGLADESH", "BGR": "BULGARIA", "BLR": "BELARUS", "BOL": "BOLIVIA",
    "BRA": "BRAZIL", "CHN": "CHINA", "COL": "COLOMBIA", "CYP": "CYPRUS", "CZE": "CZECH REPUBLIC",
    "DEU": "GERMANY", "DJI": "DJIBOUTI", "DZA": "ALGERIA", "ECU": "ECUADOR", "EGY": "EGYPT",
    "ERI": "ERITREA", "ESP": "SPAIN", "ETH": "ETHIOPIA", "GBR": "UNITED KINGDOM", "GHA": "GHANA",
    "GMB": "GAMBIA", "GNB": "GUINEA-BISSAU", "GRC": "GREECE", "HKG": "HONG KONG",
    "HUN": "HUNGARY", "IND": "INDIA", "IRL": "IRELAND", "IRN": "IRAN", "IRQ": "IRAQ",
    "JAM": "JAMAICA", "JOR": "JORDAN", "KAZ": "KAZAKHSTAN", "KEN": "KENYA", "KWT": "KUWAIT",
    "LBN": "LEBANON", "LBY": "LIBYA", "LKA": "SRI LANKA", "LTU": "LITHUANIA", "MAR": "MOROCCO",
    "MDA": "MOLDOVA", "MEX": "MEXICO", "MKD": "NORTH MACEDONIA", "MOZ": "MOZAMBIQUE",
    "MUS": "MAURITIUS", "MYS": "MALAYSIA", "NGA": "NIGERIA", "NPL": "NEPAL", "PAK": "PAKISTAN",
    "PER": "PERU", "PHL": "PHILIPPINES", "POL": "POLAND", "PRT": "PORTUGAL", "PSE": "PALESTINE",
    "ROU": "ROMANIA", "RUS": "RUSSIA", "SDN": "SUDAN", "SGP": "SINGAPORE", "SLE": "SIERRA LEONE",
    "SLV": "EL SALVADOR", "SOM": "SOMALIA", "SVK": "SLOVAKIA", "SYR": "SYRIA", "TUR": "TURKEY",
    "TWN": "TAIWAN", "UKR": "UKRAINE", "USA": "UNITED STATES", "VEN": "VENEZUELA",
    "VNM": "VIETNAM", "XKX": "KOSOVO", "YEM": "YEMEN", "ZAF": "SOUTH AFRICA",
}  # fmt: skip

# Machine readable zones spell some letters out (ICAO Doc 9303, part 3, section 6).
_ICAO = str.maketrans(
    {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Å": "AA", "Ø": "OE", "Ñ": "N", "'": "", "-": " "}
)


@functools.lru_cache(maxsize=200_000)
def windows_1252_upper(text: str) -> str:
    """Put a name in capitals that windows-1252 can hold; other scripts are transliterated."""
    upper = " ".join(text.upper().split())
    try:
        upper.encode("windows-1252")
    except UnicodeEncodeError:
        return anyascii(upper).upper()
    return upper


@functools.lru_cache(maxsize=200_000)
def machine_readable(text: str) -> str:
    """Put a name as the machine readable zone of a passport has it: A to Z and blanks."""
    return " ".join(anyascii(text.upper().translate(_ICAO)).upper().replace("'", "").split())


@functools.lru_cache(maxsize=200_000)
def one_blank(text: str) -> str:
    """Part the tokens of a name by single blanks."""
    return " ".join(text.split())


def full_native(person: Person) -> str:
    """Write a person's whole name in its own script and order."""
    culture, name = person.culture, person.name
    parts = [culture.native(part) for part in name.parts]
    if culture.structure in ("chinese", "vietnamese"):
        parts = [parts[-1], *parts[1:-1], parts[0]]
        return ("" if culture.structure == "chinese" else " ").join(parts)
    return one_blank(" ".join(parts))


def has_native_form(person: Person) -> bool:
    """Say whether the name looks different in its own script or with its own letters."""
    return person.culture.script != "Latn" or person.culture.structure == "vietnamese"


def alias_of(person: Person, rng: Random) -> str:
    """Invent an alias: a former name, a nickname, another spelling; empty when none comes."""
    name, culture = person.name, person.culture
    given, family = name.given, name.family
    nicknames = culture.nicknames.get(given)
    if person.former_family and rng.random() < 0.6:
        family = person.former_family
    elif nicknames and rng.random() < 0.6:
        given = nicknames[int(rng.random() * len(nicknames))]
    else:
        given = other_spelling(given, culture, rng)
        family = other_spelling(family or name.middle, culture, rng)
    if (given, family) == (name.given, name.family):
        return ""
    return one_blank(f"{given} {family}")


def known(part: str, instead: str) -> str:
    """Return a part of a name, or a source's own words when it does not know it."""
    return instead if part == UNKNOWN else part
