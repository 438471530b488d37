"""SQL macros that conditions call: how name parts pair up, and when names may mean one person."""

# Kept out of Splink's sight: it cannot parse lambdas, and needs only the call.
MACROS = (
    # a plain `and` works both sides out for every pair: this spares the dear side where the cheap
    # one already says no
    "create or replace macro and_then(cheap, dear) as case when cheap then dear else false end",
    # how well the parts that are not the same in both names pair up: for each part left of the
    # shorter name the best Jaro-Winkler among those left of the longer; nothing left counts as 0
    """create or replace macro left_of(a, b) as
        list_filter(a, lambda x: not list_contains(b, x))""",
    """create or replace macro best_pairs(a, b) as list_transform(
        case when len(a) <= len(b) then a else b end,
        lambda x: list_max(list_transform(
            case when len(a) <= len(b) then b else a end,
            lambda y: jaro_winkler_similarity(x, y))))""",
    # the worst pair of parts: of given and family name, as they stand or changed over, where both
    # are plain, which costs a tenth of pairing lists; else of all parts
    """create or replace macro worst_part(plain_a, given_a, family_a, a,
            plain_b, given_b, family_b, b) as
        case when plain_a and plain_b then greatest(
            least(jaro_winkler_similarity(given_a, given_b),
                jaro_winkler_similarity(family_a, family_b)),
            least(jaro_winkler_similarity(given_a, family_b),
                jaro_winkler_similarity(family_a, given_b)))
        else coalesce(list_min(best_pairs(left_of(a, b), left_of(b, a))), 0) end""",
    """create or replace macro mean_part(plain_a, given_a, family_a, a,
            plain_b, given_b, family_b, b) as
        case when plain_a and plain_b then greatest(
            jaro_winkler_similarity(given_a, given_b)
                + jaro_winkler_similarity(family_a, family_b),
            jaro_winkler_similarity(given_a, family_b)
                + jaro_winkler_similarity(family_a, given_b)) / 2
        else (least(len(a), len(b)) - least(len(left_of(a, b)), len(left_of(b, a)))
            + coalesce(list_sum(best_pairs(left_of(a, b), left_of(b, a))), 0))
            / greatest(1, least(len(a), len(b))) end""",
    # every part of the shorter stands in the longer; n counts the distinct parts of each
    """create or replace macro tokens_within(a, n_a, b, n_b) as
        list_has_any(a, b) and len(list_intersect(a, b)) >= least(n_a, n_b)""",
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
    # one character wrong, missing or added, or two neighbours changed over; Damerau's distance
    # says the same at ten times the cost
    """create or replace macro one_slip(x, y) as case levenshtein(x, y)
        when 0 then true when 1 then true
        when 2 then case when length(x) = length(y) then damerau_levenshtein(x, y) = 1
            else false end
        else false end""",
    # one slip apart, in values of some length
    """create or replace macro nearly_same(a, b) as list_bool_or(list_transform(
        a, lambda x: list_bool_or(list_transform(
            b, lambda y: length(x) >= 6 and one_slip(x, y)))))""",
)
