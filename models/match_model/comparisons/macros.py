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
    # every part alike, to a measure: given and family name, as they stand or changed over, where
    # both are plain, which costs a tenth of pairing lists; else the worst pair of all parts. The
    # dear second look is spared where the first says no
    """create or replace macro both_alike(x_a, y_a, x_b, y_b, at_least) as
        case when jaro_winkler_similarity(x_a, x_b) >= at_least
            then jaro_winkler_similarity(y_a, y_b) >= at_least else false end""",
    """create or replace macro all_alike(plain_a, given_a, family_a, a,
            plain_b, given_b, family_b, b, at_least) as
        case when plain_a and plain_b then
            case when both_alike(family_a, given_a, family_b, given_b, at_least) then true
            else both_alike(family_a, given_a, given_b, family_b, at_least) end
        else coalesce(list_min(best_pairs(left_of(a, b), left_of(b, a))), 0) >= at_least end""",
    # the same on average: the first pair must be alike enough for a perfect second to make it good
    """create or replace macro mean_alike(x_a, y_a, x_b, y_b, at_least) as
        case when (jaro_winkler_similarity(x_a, x_b) + 1) / 2 >= at_least
            then (jaro_winkler_similarity(x_a, x_b) + jaro_winkler_similarity(y_a, y_b)) / 2
                >= at_least else false end""",
    """create or replace macro alike_on_average(plain_a, given_a, family_a, a,
            plain_b, given_b, family_b, b, at_least) as
        case when plain_a and plain_b then
            case when mean_alike(family_a, given_a, family_b, given_b, at_least) then true
            else mean_alike(family_a, given_a, given_b, family_b, at_least) end
        else (least(len(a), len(b)) - least(len(left_of(a, b)), len(left_of(b, a)))
            + coalesce(list_sum(best_pairs(left_of(a, b), left_of(b, a))), 0))
            / greatest(1, least(len(a), len(b))) >= at_least end""",
    # every part of the shorter stands in the longer; n counts the distinct parts of each, and its
    # key has them in order: where counts are equal, equal keys say the same at a tenth of the cost
    """create or replace macro tokens_within(a, n_a, key_a, b, n_b, key_b) as case
        when n_a = n_b then key_a = key_b
        when case when n_a < n_b then list_contains(b, a[-1]) else list_contains(a, b[-1]) end
        then case
            when case when n_a < n_b then list_contains(b, a[1]) else list_contains(a, b[1]) end
            then len(list_intersect(a, b)) = least(n_a, n_b) else false end else false end""",
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
        given_b, spelt_b, singles_b, b) as case
        when given_a is null or given_b is null or given_a = given_b then false
        when length(given_a) = 1 or length(given_b) = 1 then false
        when jaro_winkler_similarity(given_a, given_b) >= 0.8 then false
        when jaro_winkler_similarity(spelt_a, spelt_b) >= 0.8 then false
        else not given_fits(given_a, singles_a, a, given_b, singles_b, b) end""",
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
    # a part of a name spelt with a slip, or two where it is long; in three letters or fewer one
    # letter makes another name. What slips leave is above 0.8 by Jaro-Winkler, half as dear
    """create or replace macro slip_apart(x, y) as case
        when x = y then true
        when jaro_winkler_similarity(x, y) < 0.8 then false
        when abs(length(x) - length(y)) > 2 or greatest(length(x), length(y)) < 4 then false
        when greatest(length(x), length(y)) >= 8 then levenshtein(x, y) <= 2
        else one_slip(x, y) end""",
    """create or replace macro slips_paired(a, b) as len(a) > 0 and len(b) > 0
        and not list_bool_or(list_transform(
            case when len(a) <= len(b) then a else b end,
            lambda x: not list_bool_or(list_transform(
                case when len(a) <= len(b) then b else a end, lambda y: slip_apart(x, y)))))""",
    # each part of the shorter name has its own in the longer, a slip apart at most
    """create or replace macro parts_slip(plain_a, given_a, family_a, a,
            plain_b, given_b, family_b, b) as
        case when plain_a and plain_b then
            case when slip_apart(family_a, family_b) then slip_apart(given_a, given_b)
            when slip_apart(family_a, given_b) then slip_apart(given_a, family_b)
            else false end
        else slips_paired(left_of(a, b), left_of(b, a)) end""",
    # one slip apart, in values of some length
    """create or replace macro nearly_same(a, b) as list_bool_or(list_transform(
        a, lambda x: list_bool_or(list_transform(
            b, lambda y: length(x) >= 6 and one_slip(x, y)))))""",
)
