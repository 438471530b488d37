"""Names: what is dropped, what is glued, what makes two spellings one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolution.standardise import names
from resolution.standardise.names import NameReading, read_names


def whole(text: str, order: str | None = None) -> NameReading:
    return read_names("primary", text, None, None, None, None, order)[0]


def parts(given: str | None, family: str | None, middle: str | None = None) -> NameReading:
    return read_names("primary", None, given, middle, family, None, None)[0]


def codes(reading: NameReading) -> list[str]:
    return [issue.code for issue in reading.issues]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        pytest.param("robert smith", "ROBERT SMITH", id="upper case"),
        pytest.param("Müller, Jürgen", "JURGEN MULLER", id="accents dropped"),
        pytest.param("Mr. Recep Tayyip Erdoğan", "RECEP TAYYIP ERDOGAN", id="honorific"),
        pytest.param("Rt. Hon. Sir John Smith", "JOHN SMITH", id="several honorifics"),
        pytest.param("Mrs Smith", "SMITH", id="an honorific and one name"),
        pytest.param("Haji Asad", "HAJI ASAD", id="haji is half the name"),
        pytest.param("HAJI ASAD KHAN", "ASAD KHAN", id="haji before two names"),
        pytest.param("Sheikh Isa bin Tarif", "ISA TARIF", id="sheikh before two names"),
        pytest.param("Sean O'Brien", "SEAN OBRIEN", id="apostrophe"),
        pytest.param("Sean O\u2019 Brien", "SEAN OBRIEN", id="curly apostrophe and a space"),
        pytest.param("Jean-Paul Sartre", "JEAN PAUL SARTRE", id="hyphen parts tokens"),
        pytest.param("J.R. Smith", "J R SMITH", id="initials"),
        pytest.param("Maria De La Cruz", "MARIA DELACRUZ", id="Spanish particles"),
        pytest.param("Ludwig van der Rohe", "LUDWIG VANDERROHE", id="Dutch particles"),
        pytest.param("Al Gore", "AL GORE", id="Al as a given name"),
        pytest.param("Van Morrison", "VAN MORRISON", id="Van as a given name"),
        pytest.param("Nguyen Van Tam", "NGUYEN VAN TAM", id="Van in Vietnamese"),
        pytest.param("Ali S/O Hassan", "ALI HASSAN", id="son of"),
        pytest.param("SMITH/JOHN MR", "JOHN SMITH", id="airline order"),
        pytest.param("Ig0r Sech1n", "IGOR SECHIN", id="digits for letters"),
        pytest.param("John2 Smith", "JOHN SMITH", id="a trailing digit"),
        pytest.param("MD RAHMAN", "MOHAMMAD RAHMAN", id="Md is Mohammad"),
        pytest.param("Zia ul Haq", "ZIAUL HAQ", id="leaning article"),
        pytest.param(
            "thomas clifford, 1st baron clifford of chudleigh",
            "THOMAS CLIFFORD CHUDLEIGH",
            id="peerage after a comma",
        ),
        pytest.param(
            "tom 1st baron clifford of chudleigh", "TOM CLIFFORD CHUDLEIGH", id="peerage inside"
        ),
        pytest.param("sir robert gordon, baronet", "ROBERT GORDON", id="rank after a comma"),
        pytest.param("sir john smith, 3rd baronet", "JOHN SMITH", id="baronet"),
        pytest.param("mary, countess of home", "MARY HOME", id="countess"),
    ],
)
def test_a_whole_name_is_folded_to_its_tokens(text: str, full: str) -> None:
    reading = whole(text)

    assert reading.full == full
    assert list(reading.tokens) == full.split()


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(["AL-MASRI, Mohammed", "ALMASRI, MOHAMMED", "Al Masri, Mohammed"], id="al"),
        pytest.param(
            ["Abd al-Rahman Yasin", "Abdul Rahman Yasin", "ABDELRAHMAN Yasin",
             "Abdur-Rahman Yasin", "Abdurrahman Yasin", "ABD AL RAHMAN YASIN"],
            id="servant of the merciful",
        ),
        pytest.param(["Abdullah Khan", "Abd Allah Khan", "Abdallah Khan"], id="Abdullah"),
        pytest.param(
            ["Salah al-Din Omar", "Salaheddine Omar", "Salah ud Din Omar", "Salahuddin Omar"],
            id="Saladin",
        ),
        pytest.param(["Osama bin Laden", "Osama ibn Laden", "Osama Laden"], id="son of"),
        pytest.param(["Muqtada As-Sadr", "Muqtada ASSADR", "muqtada as sadr"], id="sun letter"),
        pytest.param(["Vincent Van Gogh", "Vincent VANGOGH", "VINCENT VAN-GOGH"], id="van"),
        pytest.param(["Ian McDonald", "Ian Mc Donald", "IAN MC-DONALD"], id="Mc"),
        pytest.param(
            ["AL BEN ALI, Isa Ben Tarif", "Al Bin Ali, Shaikh Isa Bin Tarif"], id="ben and bin"
        ),
    ],
)  # fmt: skip
def test_spellings_of_one_name_become_equal(spellings: list[str]) -> None:
    readings = {tuple(sorted(whole(spelling).tokens)) for spelling in spellings}

    assert len(readings) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Maria Cruz", "Maria Santa Cruz", id="a saint is no ornament"),
        pytest.param("John Smith", "Joan Smith", id="one letter"),
        pytest.param("Ben Smith", "Smith", id="Ben as a given name"),
        pytest.param("Bin Zhang", "Zhang", id="Bin as a given name"),
        pytest.param("Stephen King", "Stephen", id="King as a family name"),
    ],
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert whole(one).tokens != whole(other).tokens


@pytest.mark.parametrize(
    ("text", "order", "given", "family"),
    [
        pytest.param("Smith, John", None, "JOHN", "SMITH", id="a comma tells"),
        pytest.param("Smith, John, Jr", None, "JOHN", "SMITH", id="a comma and a suffix"),
        pytest.param("John SMITH", None, "JOHN", "SMITH", id="capitals behind tell"),
        pytest.param("SMITH John Paul", None, "JOHN PAUL", "SMITH", id="capitals in front tell"),
        pytest.param("JP Morgan", None, None, None, id="two capitals may be initials"),
        pytest.param("John Smith", None, None, None, id="nothing tells"),
        pytest.param("John Smith", "given_first", "JOHN", "SMITH", id="given first"),
        pytest.param("Wang Xiaoming", "family_first", "XIAOMING", "WANG", id="family first"),
        pytest.param("\u738b\u5c0f\u660e", None, "XIAOMING", "WANG", id="Han"),
        pytest.param("\u6b27\u9633\u5c0f\u660e", None, "XIAOMING", "OUYANG", id="Han, two"),
        pytest.param("\uae40\uc815\uc740", None, "JEONGEUN", "KIM", id="Hangul"),
        pytest.param("DE LA CRUZ, Maria", None, "MARIA", "DELACRUZ", id="particles of a family"),
        pytest.param("Umar Abd AL RAHMAN", None, "UMAR", "ABDULRAHMAN", id="servant moves over"),
    ],
)
def test_given_and_family_are_known_only_where_something_tells(
    text: str, order: str | None, given: str | None, family: str | None
) -> None:
    reading = whole(text, order)

    assert (reading.given, reading.family) == (given, family)


@pytest.mark.parametrize(
    ("given", "family", "full"),
    [
        pytest.param("Mohammed", "al Masri", "MOHAMMED ALMASRI", id="particle"),
        pytest.param("Osama", "bin Laden", "OSAMA LADEN", id="connector in front of a family"),
        pytest.param("mrs.", "dodsworth", "DODSWORTH", id="a title for a given name"),
        pytest.param("Haji", "Asad", "HAJI ASAD", id="a title that is a name"),
        pytest.param("Van Tam", "Nguyen", "VAN TAM NGUYEN", id="Vietnamese"),
        pytest.param("Jose", "Ortega y Gasset", "JOSE ORTEGA GASSET", id="and"),
        pytest.param("Al", "Gore", "AL GORE", id="Al"),
        pytest.param("John", "King", "JOHN KING", id="King"),
        pytest.param(None, "O Brien", "OBRIEN", id="O apart"),
        pytest.param("Maria del Carmen", None, "MARIA DELCARMEN", id="particle in a given name"),
    ],
)
def test_parts_are_read_by_what_they_are(given: str | None, family: str | None, full: str) -> None:
    assert parts(given, family).full == full


def test_middle_names_are_given_names() -> None:
    reading = parts("Robert", "Smith", middle="E.")

    assert reading.given == "ROBERT E"
    assert reading.tokens == ("ROBERT", "E", "SMITH")


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        pytest.param("Robert Smith Jr", "JR", id="junior"),
        pytest.param("Robert Smith Snr.", "SR", id="senior"),
        pytest.param("Robert Smith III", "III", id="the third"),
        pytest.param("Smith Sr, Robert", "SR", id="behind the family name"),
        pytest.param("Robert Smith PhD", "PHD", id="degree"),
        pytest.param("Robert Smith", None, id="none"),
    ],
)
def test_suffixes_leave_the_name(text: str, suffix: str | None) -> None:
    reading = whole(text)

    assert reading.suffix == suffix
    assert set(reading.tokens) == {"ROBERT", "SMITH"}


@pytest.mark.parametrize(
    ("given", "family", "full", "code"),
    [
        pytest.param("FNU", "Ahmad", "AHMAD", "placeholder_name", id="FNU"),
        pytest.param("Ahmad", "LNU", "AHMAD", "placeholder_name", id="LNU"),
        pytest.param("UNKNOWN", "Smith", "SMITH", "placeholder_name", id="unknown"),
        pytest.param("Not Known", "Smith", "SMITH", "placeholder_name", id="not known"),
        pytest.param("N/A", "Smith", "SMITH", "placeholder_name", id="not applicable"),
        pytest.param("XXX", "Smith", "SMITH", "placeholder_name", id="crosses"),
        pytest.param("Baby Boy", "Smith", "SMITH", "placeholder_name", id="baby"),
        pytest.param("Granddaughter", "Smith", "SMITH", "relation_as_name", id="relation"),
        pytest.param("Child 1", "Smith", "SMITH", "relation_as_name", id="numbered relation"),
        pytest.param("Test", "Test", None, "no_name", id="nothing left"),
    ],
)
def test_fillers_are_left_out_and_noted(
    given: str, family: str, full: str | None, code: str
) -> None:
    reading = parts(given, family)

    assert reading.full == full
    assert code in codes(reading)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('Robert "Bob" Smith', [("alias", "BOB SMITH")], id="quotes"),
        pytest.param("Robert (Bob) Smith", [("alias", "BOB SMITH")], id="brackets"),
        pytest.param("Robert 'Bob' Smith", [("alias", "BOB SMITH")], id="single quotes"),
        pytest.param("Mary Smith (n\u00e9e Jones)", [("former", "MARY JONES")], id="born"),
        pytest.param("John Smith @ Jack Brown", [("alias", "JACK BROWN")], id="at"),
        pytest.param("Ahmed a.k.a. Abu Bakr", [("alias", "ABUBAKR")], id="also known as"),
        pytest.param("John Smith (1847-1939)", [], id="years of life are no name"),
        pytest.param("John Smith (Dr.)", [], id="a title is no name"),
        pytest.param("Robert Smith", [], id="none"),
    ],
)
def test_names_inside_a_name_become_items(text: str, found: list[tuple[str, str]]) -> None:
    main, *others = read_names("primary", text, None, None, None, None, None)

    assert main.kind == "primary"
    assert [(other.kind, other.full) for other in others] == found
    assert ("several_names" in codes(main)) == bool(found)


@pytest.mark.parametrize(
    ("text", "full", "script"),
    [
        pytest.param("\u0639\u0628\u062f \u0627\u0644\u0631\u062d\u0645\u0646 "
                     "\u0627\u0644\u0645\u0635\u0631\u064a",
                     "ABDULRAHMAN ALMASRI", "Arab", id="Arabic"),
        pytest.param("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627 "
                     "\u062d\u0633\u06cc\u0646\u06cc", "ALIREZA HOSSEINI", "Arab", id="Persian"),
        pytest.param("\u0424\u0443\u0430\u0434 \u0413\u0443\u043b\u0456\u0454\u0432",
                     "FUAD GULIIEV", "Cyrl", id="Cyrillic"),
        pytest.param("\u0393\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2 "
                     "\u03a0\u03b1\u03c0\u03b1\u03bd\u03b4\u03c1\u03ad\u03bf\u03c5",
                     "GIORGOS PAPANDREOU", "Grek", id="Greek"),
        pytest.param("\u0928\u0930\u0947\u0902\u0926\u094d\u0930 \u092e\u094b\u0926\u0940",
                     "NARENDRA MODI", "Deva", id="Devanagari"),
        pytest.param("\u12a0\u1260\u1260 \u1260\u1240\u1208", "ABEBE BEKELE", "Ethi",
                     id="Ethiopic"),
        pytest.param("\u738b\u4f1f", "WEI WANG", "Hani", id="Han"),
        pytest.param("\u3055\u3068\u3046 \u305f\u304b\u3057", "SATOU TAKASHI", "Jpan", id="kana"),
        pytest.param("Robert", "ROBERT", "Latn", id="Latin"),
        pytest.param("!!!", None, None, id="no letters"),
    ],
)  # fmt: skip
def test_names_of_any_script_are_written_in_latin_letters(
    text: str, full: str | None, script: str | None
) -> None:
    reading = whole(text)

    assert (reading.full, reading.script) == (full, script)


WORDS = st.sampled_from(
    ["Ann", "Lee", "Smith", "al", "Masri", "de", "la", "Cruz", "bin", "Abd", "ul", "Din", "Jr",
     "Dr.", "Nguyen", "Van", "FNU", "not", "known", "son", "O'Brien", "(Bob)", "1st", "baron", "of",
     "Md",
     "Jean-Paul", "AlDin", "as", "Sadr", "J.", "SMITH", "III", ",", "/", "born"]
)  # fmt: skip
TEXTS = st.one_of(
    st.none(), st.lists(WORDS, max_size=4).map(" ".join), st.text("abc ,'(/\u00e9", max_size=6)
)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_quick_way_says_what_the_careful_way_says(
    full: str | None, one: str | None, middle: str | None, last: str | None
) -> None:
    quick = read_names("primary", full, one, middle, last, None, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "_read_plain", lambda *_: None)
        careful = read_names("primary", full, one, middle, last, None, None)

    assert quick == careful
