"""Clusters around centres: each record belongs to one that stands for its cluster."""

import networkx as nx

from benchmarks.published.component import Component, Groups, by_label


def centre(component: Component) -> Groups:
    """Give each record to the first centre it is linked to, strongest links first.

    Source:
        Haveliwala, Gionis & Indyk (2000), "Scalable techniques for clustering the web"; as in
        Hassanzadeh et al. (2009), "Framework for evaluating clustering algorithms in duplicate
        detection".
    """
    return _centred(component, merging=False)


def merge_centre(component: Component) -> Groups:
    """Do the same, and merge two clusters when a record of one is linked to the other's centre.

    Source:
        Hassanzadeh & Miller (2009), "Creating probabilistic databases from duplicated data".
    """
    return _centred(component, merging=True)


def _centred(component: Component, *, merging: bool) -> Groups:
    centre_of: dict[int, int] = {}
    merged = nx.utils.UnionFind(component.records)
    for _, pair in component.links:
        for one, other in (pair, pair[::-1]):
            if one not in centre_of and other not in centre_of:
                centre_of[one] = one
            if centre_of.get(one) == one:
                if other not in centre_of:
                    centre_of[other] = one
                elif merging:
                    merged.union(one, centre_of[other])
        for record in pair:
            # Linked to somebody's member only: a centre of its own.
            centre_of.setdefault(record, record)
    return by_label(component, lambda record: merged[centre_of.get(record, record)])


def star(component: Component) -> Groups:
    """Make stars of the records with most links; each other record goes to its strongest star.

    Source:
        Aslam, Pelekhov & Rus (2004), "The star clustering algorithm for static and dynamic
        information organization".
    """
    neighbours = component.neighbours
    centres: set[int] = set()
    covered: set[int] = set()
    for record in sorted(component.records, key=lambda each: (-len(neighbours[each]), each)):
        if record not in covered:
            centres.add(record)
            covered.update(neighbours[record], (record,))

    def strongest(record: int) -> int:
        if record in centres:
            return record
        around = [(weight, -other) for other, weight in neighbours[record].items()]
        return -max(item for item in around if -item[1] in centres)[1]

    return by_label(component, strongest)
