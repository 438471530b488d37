"""What people have and where they live: documents, addresses, telephones, e-mail addresses."""

import functools
from dataclasses import dataclass
from random import Random

from anyascii import anyascii

from resolution.generate.calendars import TODAY

# The shape of passport numbers: A a letter, 9 a digit, the rest as it stands.
_PASSPORTS = {
    "GBR": "999999999", "PAK": "AA9999999", "IND": "A9999999", "NGA": "A99999999",
    "CHN": "EA9999999", "BGD": "AA9999999", "USA": "999999999", "IRQ": "A99999999",
    "SYR": "N999999999", "EGY": "A99999999", "SDN": "P99999999", "VNM": "A9999999",
    "IRN": "A99999999", "AFG": "P99999999", "SOM": "P00999999", "ERI": "K0999999",
    "ETH": "EP9999999", "ALB": "AA9999999", "POL": "AA9999999", "ROU": "999999999",
    "TUR": "U99999999", "PHL": "P9999999A", "LKA": "N9999999", "UKR": "AA999999",
    "RUS": "999999999", "GHA": "G9999999", "BRA": "AA999999", "PRT": "AA999999", "ESP": "AAA999999",
}  # fmt: skip
_IDENTITY_CARDS = {
    "PAK": "9999999999999", "IRQ": "999999999999", "EGY": "99999999999999", "AFG": "9999999999999",
    "IRN": "9999999999", "ALB": "A99999999A", "TUR": "99999999999", "VNM": "999999999999",
    "POL": "AAA999999", "ROU": "AA999999", "CHN": "999999199999999999",
}  # fmt: skip
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_TEN_YEARS = 3652
_FIVE_YEARS = 1826

_STREET_WORDS = (
    "High Station Church Victoria Park London Queens Kings Mill Green Grange Manor Albert "
    "York Alexandra Springfield Windsor Richmond Chester Grove Stanley Clarence Salisbury "
    "Cambridge Oxford Warwick Cromwell Nelson Wellington Gladstone Beech Oak Elm Ash "
    "Cedar Chestnut Maple Hawthorn Rowan Willow Poplar Lime Holly Laurel Birch Stratford "
    "Ladypool Coventry Alum Rock Dudley Soho Hagley Pershore Bristol Tame Cheetham "
    "Wilmslow Oldham Ashton Rochdale Bury Romford Barking Ilford Whitechapel Commercial "
    "Roman Bethnal Cable Mare Lea Tottenham Seven Sisters Holloway Hornsey Kilburn Harrow "
    "Ealing Uxbridge Southall Hounslow Brixton Peckham Camberwell Lewisham Catford "
    "Croydon Thornton Norbury Tooting Streatham Bradford Leeds Harehills Roundhay "
    "Manningham Leicester Belgrave Melton Narborough Uppingham Saffron Hinckley"
)
_STREETS = tuple(_STREET_WORDS.split())
_STREET_KINDS = ("Road", "Road", "Road", "Street", "Street", "Avenue", "Lane", "Close", "Drive")
_CITIES = (
    ("London", "E"), ("London", "N"), ("London", "SE"), ("London", "SW"), ("London", "W"),
    ("London", "NW"), ("Ilford", "IG"), ("Croydon", "CR"), ("Southall", "UB"), ("Birmingham", "B"),
    ("Manchester", "M"), ("Leeds", "LS"), ("Bradford", "BD"), ("Leicester", "LE"),
    ("Glasgow", "G"), ("Liverpool", "L"), ("Sheffield", "S"), ("Nottingham", "NG"),
    ("Cardiff", "CF"), ("Coventry", "CV"), ("Luton", "LU"), ("Slough", "SL"), ("Bristol", "BS"),
    ("Newcastle upon Tyne", "NE"), ("Stoke-on-Trent", "ST"), ("Middlesbrough", "TS"),
)  # fmt: skip
_MAIL_DOMAINS = ("mail.example", "post.example", "inbox.example", "example.com", "example.org")


@dataclass(frozen=True, slots=True)
class Document:
    """One identity document and the days it is good for."""

    type: str
    number: str
    country: str
    valid_from: int
    valid_to: int


@dataclass(frozen=True, slots=True)
class Address:
    """One address in the United Kingdom."""

    number: str
    street: str
    city: str
    postcode: str

    @property
    def line(self) -> str:
        """The address without its postcode, on one line."""
        return f"{self.number} {self.street}, {self.city}"


@dataclass(frozen=True, slots=True)
class Adviser:
    """A solicitor or sponsor whose telephone and e-mail stand on many people's records."""

    phone: str
    email: str


@functools.cache
def _pattern(pattern: str) -> tuple[str, int, int]:
    """Split a shape into its fixed beginning, its count of letters and its count of digits."""
    letters = pattern.count("A")
    digits = pattern.count("9")
    return pattern.replace("A", "").replace("9", ""), letters, digits


def number_like(shape: str, rng: Random) -> str:
    """Return a document number of a shape: its fixed signs, letters, then digits."""
    fixed, letters, digits = _pattern(shape)
    text = fixed + "".join(_LETTERS[int(rng.random() * 23)] for _ in range(letters))
    return text + str(int(rng.random() * 10**digits)).zfill(digits)


def documents_of(nationality: str, birth: int, rng: Random) -> list[Document]:
    """Give a person documents: passports over time, perhaps a permit and an identity card."""
    held: list[Document] = []
    if rng.random() < 0.88:
        shape = _PASSPORTS.get(nationality, "A99999999")
        start = max(birth + 30, TODAY - int(_TEN_YEARS * (0.1 + 2.0 * rng.random())))
        while start < TODAY:
            life = _FIVE_YEARS if start - birth < 16 * 365 else _TEN_YEARS
            number = number_like(shape, rng)
            held.append(Document("passport", number, nationality, start, start + life))
            # Some are lost and replaced early; most are renewed about when they end.
            start += int(life * (0.35 + 0.65 * rng.random() if rng.random() < 0.25 else 1.0))
    if nationality != "GBR" and rng.random() < 0.5:
        start = max(birth + 60, TODAY - int(rng.random() * _TEN_YEARS))
        held.append(
            Document("residence_permit", number_like("RA9999999", rng), "GBR", start, start + 1095)
        )
    if nationality in _IDENTITY_CARDS and rng.random() < 0.4:
        number = number_like(_IDENTITY_CARDS[nationality], rng)
        held.append(Document("id_card", number, nationality, birth, TODAY + _TEN_YEARS))
    return held


def address_of(rng: Random) -> Address:
    """Invent an address."""
    city, area = _CITIES[int(rng.random() * len(_CITIES))]
    street = _STREETS[int(rng.random() * len(_STREETS))]
    kind = _STREET_KINDS[int(rng.random() * len(_STREET_KINDS))]
    number = str(1 + int(rng.random() * 180))
    if rng.random() < 0.25:
        number = f"Flat {1 + int(rng.random() * 40)}, {number}"
    first, second = int(rng.random() * 23), int(rng.random() * 23)
    sector = f"{1 + int(rng.random() * 28)} {int(rng.random() * 10)}"
    postcode = f"{area}{sector}{_LETTERS[first]}{_LETTERS[second]}"
    return Address(number, f"{street} {kind}", city, postcode)


def phone_of(rng: Random) -> str:
    """Invent a mobile number of the United Kingdom."""
    return f"07{300 + int(rng.random() * 690)}{int(rng.random() * 1_000_000):06d}"


@functools.lru_cache(maxsize=100_000)
def _ascii_letters(text: str) -> str:
    return "".join(sign for sign in anyascii(text).lower() if sign.isalpha())


def email_of(given: str, family: str, year: int, rng: Random) -> str:
    """Invent an e-mail address of a person at a domain that cannot exist."""
    first = _ascii_letters(given.partition(" ")[0])
    last = _ascii_letters(family)
    domain = _MAIL_DOMAINS[int(rng.random() * len(_MAIL_DOMAINS))]
    style = int(rng.random() * 4)
    if style == 0:
        return f"{first}.{last}{int(rng.random() * 1000)}@{domain}"
    if style == 1:
        return f"{first}{year % 100:02d}{int(rng.random() * 100)}@{domain}"
    if style == 2:
        return f"{first[:1]}{last}{year % 100:02d}@{domain}"
    return f"{last}.{first}{int(rng.random() * 10_000)}@{domain}"


class SharedPlaces:
    """The hostels and advisers that many people of one population share."""

    def __init__(self, seed: str) -> None:
        rng = Random(seed)  # noqa: S311  made-up data, nothing to keep secret
        self.hostels = tuple(address_of(rng) for _ in range(400))
        self.advisers = tuple(
            Adviser(phone_of(rng), f"office{number}@advice.example") for number in range(400)
        )
