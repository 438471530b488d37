"""Puts together who holds any of some blocking keys, the same way in every store."""

from collections.abc import Iterable, Sequence

from graph.store import Candidates


def gather_candidates(holders: Iterable[Sequence[str] | None], *, limit: int) -> Candidates:
    """Return the holders of any key, at most `limit` of them.

    Rare keys come first, so what a limit leaves out are holders of the commonest keys.

    Args:
        holders: of each key its sorted holders; None, or more than the limit, when it is too
            common to count.
        limit: the most records in the answer.
    """
    known = [None if one is None or len(one) > limit else one for one in holders]
    found: dict[str, None] = {}
    is_truncated = False
    for record_ids in sorted((one for one in known if one is not None), key=len):
        found.update(dict.fromkeys(record_ids))
        if len(found) > limit:
            is_truncated = True
            break
    return Candidates(
        record_ids=tuple(sorted(list(found)[:limit])),
        n_keys_too_common=sum(one is None for one in known),
        is_truncated=is_truncated,
    )
