"""How dates of birth, sex, nationality and place of birth are compared."""

from models.match_model.comparisons.level import Comparison, Level

DATE_OF_BIRTH = Comparison(
    name="date_of_birth",
    null_sql="birth_year_l is null or birth_year_r is null",
    shows="birth_text",
    needs="birth_year",
    bounds=(-8.0, 14.0),
    exclusive=True,
    levels=(
        # twins share a family name, a birth and often a home: the date alone says little then
        Level(
            "same date of birth and family name, another given name: perhaps twins",
            "and_then(list_has_any(births_l, births_r),"
            " given_differs(given_root_l, given_spelt_l, given_singles_l, tokens_l,"
            " given_root_r, given_spelt_r, given_singles_r, tokens_r)"
            " and not list_has_any(given_singles_l, given_initials_r)"
            " and not list_has_any(given_singles_r, given_initials_l)"
            " and jaro_winkler_similarity(family_root_l, family_root_r) >= 0.9)",
            0.02, 1.25e-3, fixed_u=True, fixed_m=True,
        ),
        Level(
            "same date of birth, the first of a month",
            "and_then(birth_l = birth_r and birth_l[9:] = '01',"
            " not (birth_default_l or birth_default_r))",
            0.02, 3e-6,
        ),
        Level(
            "same date of birth",
            "list_has_any(births_l, births_r)"
            " and not (coalesce(birth_default_l, false) or coalesce(birth_default_r, false))",
            0.7, 4e-5,
        ),
        Level(
            "same 1 January, perhaps a filler", "list_has_any(births_l, births_r)", 0.03, 3e-4,
            cap=6.0,
        ),
        Level(
            "day and month changed over", "birth_swapped_l = birth_r", 0.02, 3e-5,
        ),
        Level(
            "a century apart, the rest the same", "birth_l[3:] = birth_r[3:]", 0.003, 1e-5,
        ),
        Level(
            "same date in another calendar, or read another way",
            "and_then(reads_otherwise_l or reads_otherwise_r,"
            " list_has_any(readings_l, readings_r))",
            0.01, 3e-5,
        ),
        Level(
            "one digit differs",
            # one digit leaves the year or the day and month as they were
            "and_then(birth_year_l = birth_year_r or birth_l[6:] = birth_r[6:],"
            " one_slip(birth_l, birth_r) and not (birth_default_l or birth_default_r))",
            0.05, 8e-4,
        ),
        Level(
            "same year and month; one side knows no more, or holds the first of the month",
            "birth_month_l = birth_month_r and not coalesce(birth_default_l, false)"
            " and not coalesce(birth_default_r, false)"
            " and (birth_l is null or birth_r is null or birth_l[9:] = '01'"
            " or birth_r[9:] = '01')",
            0.01, 7e-5,
        ),
        Level(
            "same year, all that one side knows",
            "birth_year_l = birth_year_r and (birth_l is null or birth_r is null)", 0.025, 2e-3,
        ),
        Level(
            "same year, one side holds 1 January",
            "birth_year_l = birth_year_r and (birth_default_l or birth_default_r)", 0.025, 3e-3,
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
    shared_by_namesakes=True,
    exclusive=True,
    levels=(Level("same sex", "sex_l = sex_r", 0.98, 0.5), Level("other sex", "ELSE", 0.02, 0.5)),
)

NATIONALITY = Comparison(
    name="nationality",
    null_sql="len(nationality_codes_l) = 0 or len(nationality_codes_r) = 0",
    shows="nationality_text",
    needs="nationality_codes",
    # names and nationality go together: what is left to say once names are compared is little
    bounds=(-3.0, 1.0),
    shared_by_namesakes=True,
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
    shared_by_namesakes=True,
    levels=(
        Level("same place of birth", "birth_place_l = birth_place_r", 0.55, 0.01, tf="birth_place",
              tf_weight=0.4),
        Level("place of birth spelt alike",
              "jaro_winkler_similarity(birth_place_l, birth_place_r) >= 0.88", 0.1, 0.005),
        Level("same country of birth", "birth_country_l = birth_country_r", 0.27, 0.12,
              cap=1.0),
        Level("born elsewhere", "ELSE", 0.08, 0.865),
    ),
)  # fmt: skip
