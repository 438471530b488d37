"""Where an identity would part most easily."""

from graph.fault_line import find_fault_line

LINK_WEIGHT = 0.0


def test_two_good_groups_part_where_they_agree_least() -> None:
    pairs = [
        ("a", "b", 9.0), ("c", "d", 8.0), ("b", "c", 3.0),
        ("a", "c", -6.0), ("a", "d", -6.0), ("b", "d", -7.0),
    ]  # fmt: skip

    line = find_fault_line("abcd", pairs, link_weight=LINK_WEIGHT)

    assert (line.lesser, line.greater) == (("a", "b"), ("c", "d"))
    assert (line.n_compared, line.n_links, line.strongest) == (4, 1, 3.0)
    assert line.mean == -4.0


def test_one_doubtful_record_is_parted_from_the_others() -> None:
    pairs = [("a", "b", 9.0), ("b", "c", 9.0), ("a", "c", 9.0), ("a", "x", 1.0), ("b", "x", -2.0)]

    line = find_fault_line("abcx", pairs, link_weight=LINK_WEIGHT)

    assert line.lesser == ("x",)
    assert (line.n_compared, line.n_links, line.mean) == (2, 1, -0.5)


def test_records_that_no_comparison_holds_are_a_side_of_their_own() -> None:
    line = find_fault_line("abc", [("a", "b", 9.0)], link_weight=LINK_WEIGHT)

    assert (line.lesser, line.greater) == (("c",), ("a", "b"))
    assert (line.n_compared, line.mean, line.strongest) == (0, None, None)


def test_one_pair_counts_no_more_than_so_much() -> None:
    line = find_fault_line("ab", [("a", "b", 99.0)], link_weight=LINK_WEIGHT)

    assert (line.mean, line.strongest) == (12.0, 99.0)
