"""Why people of generated data were falsely linked, and what was wrong with records not linked.

The generator says who is related to whom, what is true of each person, and what went wrong in each
record; nothing here guesses from the records themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from resolution.evaluate.breakdown import KindRecall, people_joined, recall_by_kind
from resolution.evaluate.session import open_session

# Of several causes the first counts.
CAUSES = (
    "twin", "spouse", "parent and child", "sibling", "namesake", "shared document or phone",
    "shared address", "through a third person", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GeneratedErrors:
    """The errors of one clustering of generated data.

    Attributes:
        false_links: pairs of records of two people in one cluster, by cause, in order of `CAUSES`.
        people_joined: pairs of people with records in one cluster, by cause.
        recall: as `recall_by_kind` gives it, by kind of corruption.
        recall_by_culture: the same, by the name culture of the person.
        false_links_by_culture: by the culture of either person.
    """

    false_links: Mapping[str, int]
    people_joined: Mapping[str, int]
    recall: Sequence[KindRecall]
    recall_by_culture: Sequence[KindRecall]
    false_links_by_culture: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return plain figures for a file."""
        return {
            "false_links": dict(self.false_links),
            "people_joined": dict(self.people_joined),
            "recall_by_corruption": _plain(self.recall),
            "recall_by_culture": _plain(self.recall_by_culture),
            "false_links_by_culture": dict(self.false_links_by_culture),
        }


def _plain(rows: Sequence[KindRecall]) -> list[dict[str, Any]]:
    return [
        {
            "kind": {None: "all", "": "none"}.get(row.kind, row.kind),
            "matches": row.n_matches,
            "compared": row.n_compared,
            "scored": row.n_scored,
            "linked": row.n_linked,
        }
        for row in rows
    ]


def errors_of(
    clusters: pa.Table,
    folder: Path,
    truth: pa.Table,
    *,
    compared: pa.Table,
    predictions: pa.Table,
    link_weight: float,
    scratch: Path,
) -> GeneratedErrors:
    """Name the errors of a clustering of the data generated into `folder`.

    The other arguments are those of `people_joined` and `recall_by_kind`.
    """
    joined = people_joined(clusters, truth, scratch=scratch)
    with open_session(scratch) as session:
        session.execute("set variable folder = $folder", {"folder": str(folder / "truth")})
        session.register("joined", joined)
        session.register("truth", truth)
        kinds = session.execute(
            "from read_csv(getvariable('folder') || '/corruptions.csv', all_varchar = true)"
        ).to_arrow_table()
        _read_people(session)
        by_cause = _by_cause(session)
        by_culture = _by_culture(session)
        cultures = session.execute(
            "select record_id, culture as kind from truth join people using (person_id)"
        ).to_arrow_table()

    def recall_by(kinds: pa.Table) -> list[KindRecall]:
        return recall_by_kind(
            clusters,
            truth,
            kinds,
            compared=compared,
            predictions=predictions,
            link_weight=link_weight,
            scratch=scratch,
        )

    return GeneratedErrors(
        {cause: by_cause.get(cause, (0, 0))[0] for cause in CAUSES},
        {cause: by_cause.get(cause, (0, 0))[1] for cause in CAUSES},
        recall_by(kinds),
        recall_by(cultures),
        by_culture,
    )


def _read_people(session: duckdb.DuckDBPyConnection) -> None:
    session.execute(
        """
        create table people as
        select person_id, culture, address, former_address,
            nullif(lower(trim(given || ' ' || family)), '') as name,
            list_filter([phone, former_phone, email], contact -> contact is not null) as contacts
        from read_csv(getvariable('folder') || '/people.csv', all_varchar = true)"""
    )


def _by_culture(session: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count false links by the culture of either person."""
    rows = session.execute(
        """
        with cultures as (
            select n_false_links, list_distinct([a.culture, b.culture]) as either from joined j
            join people a on a.person_id = j.person_id
            join people b on b.person_id = j.other_person_id)
        select culture, sum(n_false_links)::bigint as n
        from cultures, unnest(either) as each(culture) group by all order by n desc, culture"""
    ).fetchall()
    return dict(rows)


def _by_cause(session: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Count false links and pairs of people by cause."""
    session.execute(
        """
        create table relations as
        with given as (from read_csv(getvariable('folder') || '/relations.csv', all_varchar = true))
        select least(person_id, other_person_id) as person_id,
            greatest(person_id, other_person_id) as other_person_id, list(kind) as kinds
        from given group by all;
        create table direct as
        select j.cluster_id, j.person_id, j.other_person_id, j.n_false_links,
            case
                when list_contains(r.kinds, 'twin') then 'twin'
                when list_contains(r.kinds, 'spouse') then 'spouse'
                when list_contains(r.kinds, 'parent') then 'parent and child'
                when list_contains(r.kinds, 'sibling') then 'sibling'
                when list_contains(r.kinds, 'namesake') or a.name = b.name then 'namesake'
                when list_contains(r.kinds, 'shared_document')
                    or list_has_any(a.contacts, b.contacts) then 'shared document or phone'
                when list_contains(r.kinds, 'household')
                    or list_has_any([a.address, a.former_address], [b.address, b.former_address])
                    then 'shared address'
            end as cause
        from joined j
        join people a on a.person_id = j.person_id
        join people b on b.person_id = j.other_person_id
        left join relations r
            on r.person_id = j.person_id and r.other_person_id = j.other_person_id"""
    )
    # Someone joined to two people, each for a cause, joins these to one another.
    rows = session.execute(
        """
        with caused as (
            select cluster_id, person_id as one, other_person_id as other from direct
            where cause is not null
            union all
            select cluster_id, other_person_id, person_id from direct where cause is not null),
        chained as (
            select distinct l.cluster_id, l.one as person_id, r.other as other_person_id
            from caused l join caused r on l.cluster_id = r.cluster_id and l.other = r.one
            where l.one < r.other)
        select coalesce(d.cause, if(c.person_id is null, 'other', 'through a third person')),
            sum(d.n_false_links)::bigint, count(*)
        from direct d left join chained c using (cluster_id, person_id, other_person_id)
        group by all"""
    ).fetchall()
    return {cause: (links, people) for cause, links, people in rows}
