"""The comparisons of the match model for people: what is compared, how, and what to expect.

Every level carries the m and u to start from and to fall back on where data cannot teach them.
Conditions are DuckDB SQL over the columns of `features.py`; macros are in `MACROS`.
Weights are log2(m / u). A level with a `tf` column is adjusted by how common the value is: with
`tf_weight` 1 its weight becomes log2(m / tf), whatever u is.
"""

from dataclasses import dataclass

# Kept out of Splink's sight: it cannot parse lambdas, and needs only the call.
MACROS = (
    # how well the parts that are not the same in both names pair up: for each part left of the
    # shorter name the best Jaro-Winkler among those left of the longer; nothing left counts as 0
    """create or replace macro left_of(a, b) as
        list_filter(a, lambda x: not list_contains(b, x))""",
    """create or replace macro best_pairs(a, b) as list_transform(
        case when len(a) <= len(b) then a else b end,
        lambda x: list_max(list_transform(
            case when len(a) <= len(b) then b else a end,
            lambda y: jaro_winkler_similarity(x, y))))""",
    """create or replace macro worst_left(a, b) as
        coalesce(list_min(best_pairs(left_of(a, b), left_of(b, a))), 0)""",
    # mean over the parts of the shorter name, the same parts counting 1
    """create or replace macro align_tokens(a, b) as
        (least(len(a), len(b)) - least(len(left_of(a, b)), len(left_of(b, a)))
            + coalesce(list_sum(best_pairs(left_of(a, b), left_of(b, a))), 0))
        / greatest(1, least(len(a), len(b)))""",
    # every token of the shorter stands in the longer
    """create or replace macro tokens_within(a, b) as
        len(list_intersect(a, b)) >= least(len(list_distinct(a)), len(list_distinct(b)))""",
    # the given names sound alike, or two parts of the names do with a given name among them: the
    # same person may be meant; otherwise what else agrees may be a household's or a family's
    """create or replace macro names_meet(given_a, a, given_b, b) as
        case when given_a is null or given_b is null
            then len(list_intersect(a, b)) >= least(2, greatest(1, least(len(a), len(b))))
            else given_a = given_b or (len(list_intersect(a, b)) >= 2
                and (list_contains(b, given_a) and list_contains(a, given_b))) end""",
    # nothing in the given names speaks against one person: one stands among the other's names, or
    # an initial of one fits the other
    """create or replace macro given_fits(given_a, singles_a, a, given_b, singles_b, b) as
        given_a is null or given_b is null
        or list_contains(b, given_a) or list_contains(a, given_b)
        or list_contains(singles_a, given_b[1]) or list_contains(singles_b, given_a[1])""",
    """create or replace macro given_differs(given_a, spelt_a, singles_a, a,
        given_b, spelt_b, singles_b, b) as
        length(given_a) > 1 and length(given_b) > 1
        and not given_fits(given_a, singles_a, a, given_b, singles_b, b)
        and jaro_winkler_similarity(given_a, given_b) < 0.8
        and jaro_winkler_similarity(spelt_a, spelt_b) < 0.8""",
    # middle names of both are known, at least as initials, and none agree
    """create or replace macro middles_differ(a, b) as
        len(a) > 0 and len(b) > 0 and not list_has_any(a, b)""",
    # one character wrong, missing, added, or two neighbours changed over, in values of some length
    """create or replace macro nearly_same(a, b) as list_bool_or(list_transform(
        a, lambda x: list_bool_or(list_transform(
            b, lambda y: abs(length(x) - length(y)) <= 1 and length(x) >= 6
                and damerau_levenshtein(x, y) <= 1))))""",
)


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        label: what was found, in words for a person.
        sql: the condition; columns end in `_l` and `_r`.
        m: P(this level, given a match), before training.
        u: P(this level, given a non-match), before training.
        tf: the feature column that holds how common the value is; None for no adjustment.
        tf_weight: how much of the adjustment counts, 0 to 1.
        fixed_u: u is kept as given: sampling cannot see anything this rare.
        fixed_m: m is kept as given: what a difference means here is known better than learned.
        cap: the highest weight this level may take, below its comparison's bound.
    """

    label: str
    sql: str
    m: float
    u: float
    tf: str | None = None
    tf_weight: float = 1.0
    fixed_u: bool = False
    fixed_m: bool = False
    cap: float = 99.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one field, or a few that belong together, is compared.

    Attributes:
        null_sql: when nothing can be said; it weighs 0.
        levels: first that holds wins; the last is ELSE.
        shows: the feature column shown to a person as the value compared.
        needs: the feature column some record must have for this comparison to be used.
        bounds: lowest and highest weight any level may take, term frequencies aside: no single
            field may settle or veto an identity by itself.
    """

    name: str
    null_sql: str
    levels: tuple[Level, ...]
    shows: str
    needs: str
    bounds: tuple[float, float]


NAME = Comparison(
    name="name",
    null_sql="len(full_roots_l) = 0 or len(full_roots_r) = 0",
    shows="name_text",
    needs="full_roots",
    bounds=(-8.0, 16.0),
    levels=(
        Level(
            "same name, in any order", "name_key_l = name_key_r and len(full_roots_l) > 1",
            0.46, 1e-5, tf="name",
        ),
        Level(
            "same name, spelt or shortened another way",
            "root_key_l = root_key_r and len(full_roots_l) > 1",
            0.08, 2e-5, tf="name",
        ),
        Level(
            "same first and last name, middle names differ",
            "full_roots_l[1] = full_roots_r[1] and last_root_l = last_root_r"
            " and len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and middles_differ(middle_initials_l, middle_initials_r)",
            0.01, 2e-5, tf="name", tf_weight=0.8,
        ),
        # a father's name stands in his child's where names are chains of them
        Level(
            "one name holds the other but begins otherwise",
            "len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and tokens_within(full_roots_l, full_roots_r)"
            " and given_root_l <> given_root_r and length(given_root_l) > 1"
            " and length(given_root_r) > 1"
            " and not (list_contains(roots_l, given_root_r)"
            " and list_contains(roots_r, given_root_l))",
            0.02, 5e-5, cap=4.0,
        ),
        Level(
            "one name holds the other",
            "len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and tokens_within(full_roots_l, full_roots_r)"
            " and given_fits(given_root_l, given_singles_l, roots_l,"
            " given_root_r, given_singles_r, roots_r)",
            0.1, 5e-5, tf="name",
        ),
        Level(
            "an alias or former name is the same",
            "list_has_any(name_keys_l, name_keys_r)",
            0.04, 3e-5, tf="name", tf_weight=0.8,
        ),
        Level(
            "same family name, another given name, an initial agrees",
            "family_root_l = family_root_r"
            " and given_differs(given_root_l, given_l, given_singles_l, roots_l,"
            " given_root_r, given_r, given_singles_r, roots_r)"
            " and (list_has_any(given_singles_l, given_initials_r)"
            " or list_has_any(given_singles_r, given_initials_l))",
            0.02, 1e-3, cap=4.0,
        ),
        # brothers, sisters, spouses and twins look like this, the rarer the name the more so:
        # it never speaks for one person
        Level(
            "same family name or father's name, another given name",
            "given_differs(given_root_l, given_l, given_singles_l, roots_l,"
            " given_root_r, given_r, given_singles_r, roots_r)"
            " and (jaro_winkler_similarity(family_root_l, family_root_r) >= 0.9"
            " or list_has_any(full_roots_l, full_roots_r))",
            0.02, 4e-3, cap=0.0,
        ),
        Level(
            "every part nearly the same",
            "len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and worst_left(full_tokens_l, full_tokens_r) >= 0.86",
            0.12, 1e-4, tf="name", tf_weight=0.6,
        ),
        Level(
            "same family name, given name alike or an initial",
            "family_root_l = family_root_r and given_root_l[1] = given_root_r[1]"
            " and (length(given_root_l) = 1 or length(given_root_r) = 1"
            " or jaro_winkler_similarity(given_l, given_r) >= 0.9)",
            0.04, 3e-4, tf="family",
        ),
        Level(
            "same given name, family name alike or an initial",
            "given_root_l = given_root_r and family_root_l[1] = family_root_r[1]"
            " and (length(family_root_l) = 1 or length(family_root_r) = 1"
            " or jaro_winkler_similarity(family_root_l, family_root_r) >= 0.75)",
            0.03, 3e-4, tf="given",
        ),
        Level(
            "two parts the same, another not",
            "len(list_intersect(full_roots_l, full_roots_r)) >= 2",
            0.03, 1e-4, cap=7.0,
        ),
        Level(
            "most parts nearly the same",
            "len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and align_tokens(full_tokens_l, full_tokens_r) >= 0.86",
            0.05, 8e-4,
        ),
        Level(
            "same given name, another family name", "given_root_l = given_root_r",
            0.03, 6e-3, tf="given",
        ),
        Level(
            "same family name, an initial fits the given name", "family_root_l = family_root_r",
            0.03, 1e-3, tf="family", tf_weight=0.7,
        ),
        Level("one part the same", "list_has_any(all_roots_l, all_roots_r)", 0.03, 0.02),
        Level("somewhat alike", "align_tokens(full_tokens_l, full_tokens_r) >= 0.8", 0.02, 0.02),
        Level("different names", "ELSE", 0.01, 0.94),
    ),
)  # fmt: skip

DATE_OF_BIRTH = Comparison(
    name="date_of_birth",
    null_sql="birth_year_l is null or birth_year_r is null",
    shows="birth_text",
    needs="birth_year",
    bounds=(-8.0, 14.0),
    levels=(
        Level(
            "same date of birth",
            "list_has_any(births_l, births_r)"
            " and not (coalesce(birth_default_l, false) or coalesce(birth_default_r, false))",
            0.72, 4e-5,
        ),
        Level(
            "same 1 January, perhaps a filler", "list_has_any(births_l, births_r)", 0.03, 3e-4
        ),
        Level(
            "day and month changed over, or another calendar",
            "list_has_any(readings_l, readings_r)", 0.03, 5e-5,
        ),
        Level(
            "one digit differs",
            "damerau_levenshtein(birth_l, birth_r) <= 1"
            " and not (birth_default_l or birth_default_r)",
            0.05, 8e-4,
        ),
        Level(
            "same year; one side knows no more, or holds 1 January",
            "birth_year_l = birth_year_r and (birth_l is null or birth_r is null"
            " or birth_default_l or birth_default_r)",
            0.05, 4e-3,
        ),
        Level(
            "same day and month, another year",
            "birth_l[6:] = birth_r[6:] and not birth_default_l and not birth_default_r",
            0.02, 2.5e-3,
        ),
        Level(
            "same year and month", "birth_year_l = birth_year_r and birth_l[6:7] = birth_r[6:7]",
            0.02, 1.2e-3,
        ),
        Level(
            "same year and day", "birth_year_l = birth_year_r and birth_l[9:] = birth_r[9:]",
            0.01, 5e-4,
        ),
        Level("same year", "birth_year_l = birth_year_r", 0.015, 0.013),
        Level("a year apart", "abs(birth_year_l - birth_year_r) = 1", 0.01, 0.03),
        Level("within ten years", "abs(birth_year_l - birth_year_r) <= 10", 0.02, 0.25),
        Level("different dates of birth", "ELSE", 0.01, 0.69),
    ),
)  # fmt: skip

SEX = Comparison(
    name="sex",
    null_sql="sex_l is null or sex_r is null",
    shows="sex",
    needs="sex",
    bounds=(-5.0, 1.5),
    levels=(Level("same sex", "sex_l = sex_r", 0.98, 0.5), Level("other sex", "ELSE", 0.02, 0.5)),
)

NATIONALITY = Comparison(
    name="nationality",
    null_sql="len(nationality_codes_l) = 0 or len(nationality_codes_r) = 0",
    shows="nationality_text",
    needs="nationality_codes",
    # names and nationality go together: what is left to say once names are compared is little
    bounds=(-3.0, 1.0),
    levels=(
        Level("a nationality in common", "list_has_any(nationality_codes_l, nationality_codes_r)",
              0.95, 0.12),
        Level("no nationality in common", "ELSE", 0.05, 0.88),
    ),
)  # fmt: skip

BIRTH_PLACE = Comparison(
    name="birth_place",
    null_sql="(birth_place_l is null or birth_place_r is null)"
    " and (birth_country_l is null or birth_country_r is null)",
    shows="birth_place_text",
    needs="birth_place_text",
    # so do names and places: a community shares both
    bounds=(-3.0, 4.0),
    levels=(
        Level("same place of birth", "birth_place_l = birth_place_r", 0.55, 0.01, tf="birth_place",
              tf_weight=0.7),
        Level("place of birth spelt alike",
              "jaro_winkler_similarity(birth_place_l, birth_place_r) >= 0.88", 0.1, 0.005),
        Level("same country of birth", "birth_country_l = birth_country_r", 0.27, 0.12,
              cap=1.0),
        Level("born elsewhere", "ELSE", 0.08, 0.865),
    ),
)  # fmt: skip

DOCUMENT = Comparison(
    name="document",
    null_sql="len(document_numbers_l) = 0 or len(document_numbers_r) = 0",
    shows="document_text",
    needs="document_numbers",
    # people hold several documents one after another, so different numbers say little
    bounds=(-1.5, 21.0),
    levels=(
        Level("same document number",
              "list_has_any(document_numbers_l, document_numbers_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.6, 4e-7, fixed_u=True),
        Level("same document number, another name",
              "list_has_any(document_numbers_l, document_numbers_r)",
              0.05, 6e-6, fixed_u=True, fixed_m=True),
        Level("document number one character off",
              "nearly_same(document_numbers_l, document_numbers_r)", 0.08, 1e-5, fixed_u=True),
        Level("other document numbers", "ELSE", 0.32, 0.99999),
    ),
)  # fmt: skip

PERSON_NUMBER = Comparison(
    name="person_number",
    null_sql="len(person_numbers_l) = 0 or len(person_numbers_r) = 0",
    shows="person_number_text",
    needs="person_numbers",
    # numbers given once for life: two different ones speak against one person
    bounds=(-6.0, 21.0),
    levels=(
        Level("same personal number",
              "list_has_any(person_numbers_l, person_numbers_r)"
              " and list_has_any(sounds_l, sounds_r)",
              0.8, 4e-7, fixed_u=True, fixed_m=True),
        Level("same personal number, another name",
              "list_has_any(person_numbers_l, person_numbers_r)",
              0.05, 4e-7, fixed_u=True, fixed_m=True),
        Level("personal number one character off",
              "nearly_same(person_numbers_l, person_numbers_r)", 0.1, 1e-5, fixed_u=True,
              fixed_m=True),
        Level("other personal numbers", "ELSE", 0.05, 0.99999, fixed_m=True),
    ),
)  # fmt: skip

REFERENCE = Comparison(
    name="case_reference",
    null_sql="len(case_refs_l) = 0 or len(case_refs_r) = 0",
    shows="reference_text",
    needs="case_refs",
    # one case can hold a family, and one person can have many cases
    bounds=(-0.5, 14.0),
    levels=(
        Level("a case reference in common",
              "list_has_any(case_refs_l, case_refs_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.45, 2e-5, fixed_u=True),
        Level("a case reference in common, another name: perhaps a family",
              "list_has_any(case_refs_l, case_refs_r)", 0.05, 2e-5, fixed_u=True, cap=0.5),
        Level("other case references", "ELSE", 0.5, 0.99998),
    ),
)  # fmt: skip

PHONE = Comparison(
    name="phone",
    null_sql="len(phone_numbers_l) = 0 or len(phone_numbers_r) = 0",
    shows="phone_text",
    needs="phone_numbers",
    # families share phones and people change them
    bounds=(-1.0, 6.0),
    levels=(
        Level("a phone number in common",
              "list_has_any(phone_numbers_l, phone_numbers_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.4, 5e-5),
        Level("a phone number in common, another name",
              "list_has_any(phone_numbers_l, phone_numbers_r)", 0.05, 1e-4, cap=1.0),
        Level("other phone numbers", "ELSE", 0.55, 0.99985),
    ),
)  # fmt: skip

EMAIL = Comparison(
    name="email",
    null_sql="len(email_addresses_l) = 0 or len(email_addresses_r) = 0",
    shows="email_text",
    needs="email_addresses",
    bounds=(-1.0, 9.0),
    levels=(
        Level("an e-mail address in common",
              "list_has_any(email_addresses_l, email_addresses_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)", 0.5, 2e-5),
        Level("an e-mail address in common, another name",
              "list_has_any(email_addresses_l, email_addresses_r)", 0.05, 2e-5, cap=6.0),
        Level("e-mail address nearly the same",
              "nearly_same(email_addresses_l, email_addresses_r)", 0.08, 2e-5),
        Level("same name before the @", "list_has_any(email_names_l, email_names_r)", 0.07, 1e-4),
        Level("other e-mail addresses", "ELSE", 0.35, 0.9998),
    ),
)  # fmt: skip

ADDRESS = Comparison(
    name="address",
    null_sql="(len(address_keys_l) = 0 or len(address_keys_r) = 0)"
    " and (len(postcodes_l) = 0 or len(postcodes_r) = 0)"
    " and (len(places_l) = 0 or len(places_r) = 0)",
    shows="address_text",
    needs="address_text",
    # people move, and whole families live at one address
    bounds=(-1.5, 10.0),
    levels=(
        Level("same address", "list_has_any(address_keys_l, address_keys_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.45, 1e-4, tf="address", tf_weight=0.7),
        Level("address nearly the same", "nearly_same(address_keys_l, address_keys_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)", 0.1, 1e-4),
        Level("same postcode", "list_has_any(postcodes_l, postcodes_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.15, 2e-4, tf="postcode", tf_weight=0.7),
        Level("same address, another name: perhaps a household",
              "list_has_any(address_keys_l, address_keys_r)", 0.05, 1e-3, cap=1.0),
        Level("same postcode, another name", "list_has_any(postcodes_l, postcodes_r)",
              0.05, 2e-3, cap=2.0),
        Level("postcode one character off", "list_has_any(postcode_parts_l, postcode_parts_r)",
              0.05, 3e-3),
        Level("same town", "list_has_any(places_l, places_r)", 0.1, 0.03),
        Level("another address", "ELSE", 0.15, 0.967),
    ),
)  # fmt: skip

COMPARISONS = (
    NAME, DATE_OF_BIRTH, SEX, NATIONALITY, BIRTH_PLACE, DOCUMENT, PERSON_NUMBER, REFERENCE,
    PHONE, EMAIL, ADDRESS,
)  # fmt: skip
