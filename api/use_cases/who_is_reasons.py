"""Says why the answer to "who is this person?" is what it is: in a word, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.prediction import Thresholds


class WhoIsVerdict(StrEnum):
    """What the thresholds of the match model say of the strongest evidence."""

    MATCH = "match"
    POSSIBLE = "possible"
    NONE = "none"


class WhoIsReasonCode(StrEnum):
    """What an answer may rest on; more may be added."""

    AT_OR_ABOVE_LINK = "at_or_above_link"
    SEVERAL_REACH_LINK = "several_reach_link"
    BELOW_LINK = "below_link"
    BELOW_REVIEW = "below_review"
    BELOW_MINIMUM = "below_minimum"
    NOTHING_IN_COMMON = "nothing_in_common"
    EVERY_KEY_TOO_COMMON = "every_key_too_common"
    SOME_KEYS_TOO_COMMON = "some_keys_too_common"
    TOO_MANY_CANDIDATES = "too_many_candidates"


@dataclass(frozen=True, slots=True)
class WhoIsReason:
    """One thing that the answer rests on."""

    code: WhoIsReasonCode
    in_words: str


@dataclass(frozen=True, slots=True)
class WhatWasFound:
    """The figures of one look-up that its reasons are made from.

    Attributes:
        identity_weights: of the identities found, strongest first, weak ones too.
        minimum_match_weight: weaker identities are not shown.
        n_keys: blocking keys of the question, n_keys_too_common of them left out.
        is_truncated: more records shared a key than are weighed for one question.
    """

    identity_weights: Sequence[float]
    minimum_match_weight: float
    n_keys: int
    n_keys_too_common: int
    is_truncated: bool


def verdict_of(match_weight: float | None, thresholds: Thresholds) -> WhoIsVerdict:
    """Say what the thresholds make of a weight; None is nobody."""
    if match_weight is None or match_weight < thresholds.review_weight:
        return WhoIsVerdict.NONE
    if match_weight < thresholds.link_weight:
        return WhoIsVerdict.POSSIBLE
    return WhoIsVerdict.MATCH


def reasons_of(found: WhatWasFound, thresholds: Thresholds) -> tuple[WhoIsReason, ...]:
    """Say why the verdict is what it is, and what may be missing."""
    return (*_of_the_strongest(found, thresholds), *_of_what_may_be_missing(found))


def _of_the_strongest(found: WhatWasFound, thresholds: Thresholds) -> list[WhoIsReason]:
    if not found.identity_weights:
        return [] if _is_all_too_common(found) else [_NOTHING_IN_COMMON]
    strongest = found.identity_weights[0]
    reasons = [_against_thresholds(strongest, thresholds)]
    n_reaching = sum(one >= thresholds.link_weight for one in found.identity_weights)
    if n_reaching > 1:
        reasons.append(WhoIsReason(
            WhoIsReasonCode.SEVERAL_REACH_LINK,
            f"{n_reaching} identities reach the link threshold: people alike in all that was"
            " asked, or one person known twice; compare their evidence",
        ))  # fmt: skip
    if strongest < found.minimum_match_weight:
        reasons.append(WhoIsReason(
            WhoIsReasonCode.BELOW_MINIMUM,
            f"it is not shown, being below the minimum of {found.minimum_match_weight:g}",
        ))  # fmt: skip
    return reasons


def _against_thresholds(strongest: float, thresholds: Thresholds) -> WhoIsReason:
    weighs = f"the strongest identity weighs {strongest:.2f}"
    verdict = verdict_of(strongest, thresholds)
    if verdict is WhoIsVerdict.MATCH:
        said = f"{weighs}, at or above the link threshold of {thresholds.link_weight:g}"
        return WhoIsReason(WhoIsReasonCode.AT_OR_ABOVE_LINK, said)
    if verdict is WhoIsVerdict.POSSIBLE:
        said = f"{weighs}, below the link threshold of {thresholds.link_weight:g}"
        return WhoIsReason(WhoIsReasonCode.BELOW_LINK, said)
    said = f"{weighs}, below the review threshold of {thresholds.review_weight:g}"
    return WhoIsReason(WhoIsReasonCode.BELOW_REVIEW, said)


_NOTHING_IN_COMMON = WhoIsReason(
    WhoIsReasonCode.NOTHING_IN_COMMON,
    "no record that may be looked at shares enough with the question to be worth comparing",
)


def _is_all_too_common(found: WhatWasFound) -> bool:
    return 0 < found.n_keys <= found.n_keys_too_common


def _of_what_may_be_missing(found: WhatWasFound) -> list[WhoIsReason]:
    reasons = []
    if _is_all_too_common(found):
        reasons.append(WhoIsReason(
            WhoIsReasonCode.EVERY_KEY_TOO_COMMON,
            "all that was asked is too common to search by, so nobody was looked for: give more"
            " attributes",
        ))  # fmt: skip
    elif found.n_keys_too_common:
        reasons.append(WhoIsReason(
            WhoIsReasonCode.SOME_KEYS_TOO_COMMON,
            f"{found.n_keys_too_common} of the {found.n_keys} things to search by are too common:"
            " someone may be missing, and more attributes would help",
        ))  # fmt: skip
    if found.is_truncated:
        reasons.append(WhoIsReason(
            WhoIsReasonCode.TOO_MANY_CANDIDATES,
            "more records share something with the question than are weighed for one: those that"
            " share the commonest things only were left out",
        ))  # fmt: skip
    return reasons
