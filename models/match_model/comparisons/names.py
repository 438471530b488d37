"""How names are compared."""

from models.match_model.comparisons.level import Comparison, Level

NAME = Comparison(
    name="name",
    null_sql="len(full_roots_l) = 0 or len(full_roots_r) = 0",
    shows="name_text",
    needs="full_roots",
    bounds=(-8.0, 16.0),
    levels=(
        # in a chain of names the first two changed over are a father's and a son's
        Level(
            "same names, the first ones changed over",
            "name_key_l = name_key_r and len(tokens_l) > 2 and tokens_l[-1] = tokens_r[-1]"
            " and tokens_l[1] <> tokens_r[1]",
            0.01, 2e-5, tf="name", tf_weight=0.5,
        ),
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
            "same name, parted into words otherwise",
            "joined_l = joined_r and len(tokens_l) <> len(tokens_r)", 0.01, 1e-5, tf="name",
        ),
        Level(
            "same name of one word", "root_key_l = root_key_r and len(tokens_l) = 1",
            0.02, 2e-5, tf="name",
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
            "and_then(len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and tokens_within(full_roots_l, full_count_l, full_key_l,"
            " full_roots_r, full_count_r, full_key_r),"
            " given_root_l <> given_root_r and length(given_root_l) > 1"
            " and length(given_root_r) > 1"
            " and not (list_contains(roots_l, given_root_r)"
            " and list_contains(roots_r, given_root_l)))",
            0.02, 5e-5, cap=4.0,
        ),
        Level(
            "one name holds the other",
            "and_then(len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and tokens_within(full_roots_l, full_count_l, full_key_l,"
            " full_roots_r, full_count_r, full_key_r),"
            " given_fits(given_root_l, given_singles_l, roots_l,"
            " given_root_r, given_singles_r, roots_r))",
            0.1, 5e-5, tf="name",
        ),
        Level(
            "an alias or former name is the same",
            "list_has_any(name_keys_l, name_keys_r)",
            0.04, 3e-5, tf="name", tf_weight=0.8,
        ),
        Level(
            "same family name, another given name, an initial agrees",
            "and_then(family_root_l = family_root_r,"
            " given_differs(given_root_l, given_spelt_l, given_singles_l, roots_l,"
            " given_root_r, given_spelt_r, given_singles_r, roots_r)"
            " and (list_has_any(given_singles_l, given_initials_r)"
            " or list_has_any(given_singles_r, given_initials_l)))",
            0.02, 1e-3, cap=4.0,
        ),
        # brothers, sisters, spouses and twins look like this, the rarer the name the more so:
        # it never speaks for one person
        Level(
            "same family name or father's name, another given name",
            "and_then(given_differs(given_root_l, given_spelt_l, given_singles_l, roots_l,"
            " given_root_r, given_spelt_r, given_singles_r, roots_r),"
            " jaro_winkler_similarity(family_root_l, family_root_r) >= 0.9"
            " or list_has_any(full_roots_l, full_roots_r))",
            0.02, 4e-3, cap=0.0,
        ),
        Level(
            "every part the same but for a slip",
            "len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and not middles_differ(middle_initials_l, middle_initials_r)"
            " and parts_slip(plain_name_l, given_spelt_l, family_l, full_tokens_l,"
            " plain_name_r, given_spelt_r, family_r, full_tokens_r)",
            0.1, 5e-5, tf="name", tf_weight=0.6,
        ),
        Level(
            "every part sounds the same",
            "sound_key_l = sound_key_r"
            " and not middles_differ(middle_initials_l, middle_initials_r)",
            0.04, 4e-5, tf="name", tf_weight=0.6,
        ),
        Level(
            "names of one word, or parted otherwise, a slip apart",
            "(len(tokens_l) = 1 or len(tokens_r) = 1) and length(joined_l) >= 7"
            " and slip_apart(joined_l, joined_r)",
            0.01, 1e-5, tf="name", tf_weight=0.6,
        ),
        Level(
            "every part nearly the same",
            "len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and not middles_differ(middle_initials_l, middle_initials_r)"
            " and all_alike(plain_name_l, given_spelt_l, family_l, full_tokens_l,"
            " plain_name_r, given_spelt_r, family_r, full_tokens_r, 0.86)",
            0.05, 2e-4, tf="name", tf_weight=0.6,
        ),
        Level(
            "same family name, given name alike or an initial",
            "(family_root_l = family_root_r and given_root_l[1] = given_root_r[1]"
            " and (length(given_root_l) = 1 or length(given_root_r) = 1"
            " or jaro_winkler_similarity(given_spelt_l, given_spelt_r) >= 0.9))"
            # where nobody said which name is which
            " or (last_root_l = last_root_r and roots_l[1][1] = roots_r[1][1]"
            " and (length(roots_l[1]) = 1 or length(roots_r[1]) = 1))",
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
            "and_then(greatest(full_count_l, full_count_r) > 2,"
            " len(list_intersect(full_roots_l, full_roots_r)) >= 2)",
            0.03, 1e-4, cap=7.0,
        ),
        Level(
            "most parts nearly the same",
            "len(full_roots_l) > 1 and len(full_roots_r) > 1"
            " and alike_on_average(plain_name_l, given_spelt_l, family_l, full_tokens_l,"
            " plain_name_r, given_spelt_r, family_r, full_tokens_r, 0.86)",
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
        Level(
            "somewhat alike",
            "alike_on_average(plain_name_l, given_spelt_l, family_l, full_tokens_l,"
            " plain_name_r, given_spelt_r, family_r, full_tokens_r, 0.8)",
            0.02, 0.02,
        ),
        Level("different names", "ELSE", 0.01, 0.94),
    ),
)  # fmt: skip
