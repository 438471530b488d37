"""One root for the spellings of a name, one sound for what is heard alike."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolution.link.name_codes import root_of, sound_of

tokens = st.text(string.ascii_uppercase, min_size=1, max_size=15)


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(("ROBERT", "BOB", "ROB", "BOBBY"), id="a short form in English"),
        pytest.param(("MOHAMMED", "MUHAMMAD", "MOHAMED", "MOHAMMAD"), id="an Arabic name"),
        pytest.param(("ELIZABETH", "LIZ", "BETH", "BETTY"), id="several short forms"),
        pytest.param(("YUSUF", "YOUSSEF", "YUSEF"), id="French and English transliteration"),
    ],
)
def test_spellings_of_one_name_have_one_root(spellings: tuple[str, ...]) -> None:
    assert len({root_of(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("ROBERT", "RICHARD"), ("MOHAMMED", "MAHMOUD"), ("ANNA", "HANA"), ("IVAN", "IGOR")],
)
def test_different_names_keep_different_roots(one: str, other: str) -> None:
    assert root_of(one) != root_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("SHEVCHENKO", "SHEVTCHENKO", id="a sound written in another language"),
        pytest.param("SCHMIDT", "SHMIDT", id="SCH and SH"),
        pytest.param("HUSSAIN", "HUSSEIN", id="vowels"),
        pytest.param("PHILIPPA", "FILIPA", id="PH and F, doubled letters"),
        pytest.param("KOVACS", "KOWACS", id="W and V"),
        pytest.param("ABDALLAH", "ABDULLAH", id="vowels of a name from Arabic"),
    ],
)
def test_what_is_heard_alike_sounds_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@given(tokens)
def test_a_name_nobody_knows_is_its_own_root_and_a_root_its_own(token: str) -> None:
    root = root_of(token)

    assert root
    assert root_of(root) in (root, root_of(root))
    assert sound_of(token) == sound_of(token)


@given(tokens)
def test_a_sound_is_short_and_never_empty(token: str) -> None:
    assert 1 <= len(sound_of(token)) <= 6


@given(st.sampled_from(["BOB", "ROBERT", "MUHAMMAD", "LIZ", "YUSUF"]))
def test_spellings_of_one_root_sound_as_their_root(token: str) -> None:
    assert sound_of(token) == sound_of(root_of(token))
