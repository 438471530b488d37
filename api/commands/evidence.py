"""Prints evidence for a person to read: weights by comparison, and what came of them."""

from collections.abc import Iterable

from api.commands.output import heading, in_words, say, table
from api.use_cases.explain_identity import FormationAnswer
from api.use_cases.explain_pair import PairAnswer
from api.use_cases.ports import Basis
from api.use_cases.warning_words import warning_in_words
from api.use_cases.who_is import WhoIsAnswer
from models.identity import GoldenValue, IdentityStatus
from models.prediction import PairExplanation
from models.quality import IdentityQuality


def print_who_is(answer: WhoIsAnswer) -> None:
    """Print ranked identities, the evidence of the best one, and watchlist hits."""
    say(f"Verdict: {answer.verdict.value}")
    for reason in answer.reasons:
        say(f"- {reason.in_words}")
    for number, one in enumerate(answer.candidates, start=1):
        say()
        heading(f"{number}. {one.identity_id} ({one.verdict.value})")
        say(
            f"weight {one.match_weight:.2f}, probability {one.match_probability:.4f}, "
            f"{one.n_records} records; best: {one.best_record_id}"
        )
        _golden(one.golden)
        if number == 1:
            print_explanation(one.explanation)
    for hit in answer.watchlist_hits:
        say()
        heading(f"Watchlist hit, for a person to review: {hit.entry.record_id}")
        say(f"weight {hit.match_weight:.2f}, probability {hit.match_probability:.4f}")
        print_explanation(hit.explanation)
    if answer.n_weaker:
        say(f"\n{answer.n_weaker} more are left out: raise --limit to see them.")
    _rests_on(answer.basis)


def print_pair(answer: PairAnswer) -> None:
    """Print how two records stand and why."""
    explanation = answer.explanation
    heading(f"{explanation.left_id} and {explanation.right_id}")
    say(answer.in_words)
    say(
        f"weight {explanation.match_weight:.2f}, probability "
        f"{explanation.match_probability:.4f}; link at {answer.thresholds.link_weight:g}, "
        f"review at {answer.thresholds.review_weight:g}"
    )
    print_explanation(explanation)
    if answer.source_weight:
        say(
            f"What is known of their sources: {answer.source_weight:+.2f}, so that the pair counts"
            f" {explanation.match_weight + answer.source_weight:.2f}."
        )
    say(f"Brought together by: {'; '.join(explanation.blocking_rules) or 'no blocking rule'}")
    _rests_on(answer.basis)


def print_formation(answer: FormationAnswer) -> None:
    """Print the links that joined an identity, strongest first, and what speaks against it."""
    state = answer.state
    heading(f"{state.identity_id} ({state.status.value})")
    if state.status is not IdentityStatus.CURRENT:
        say(f"Stands for it now: {', '.join(state.superseded_by) or 'nothing'}")
    _golden(state.golden)
    say(f"\n{len(state.record_ids)} records, joined by {answer.n_steps} links:")
    for step in answer.steps:
        say()
        link = step.link
        say(f"{step.step}. {link.left_id} and {link.right_id}: weight {link.match_weight:.2f}")
        print_explanation(step.explanation)
        if link.source_weight:
            say(f"What is known of their sources makes it {link.evidence:.2f}.")
    if len(answer.groups) > 1:
        say(f"\n{len(answer.groups)} groups were joined by something other than a stored link.")
    if answer.quality and answer.quality.bridges:
        say("\nBridges, whose removal would split it; look here first for false links:")
        table(("left", "right"), answer.quality.bridges)
    if answer.n_doubts:
        say(f"\n{answer.n_doubts} pairs inside it are below the link threshold; the weakest:")
        links = [one.link for one in answer.doubts]
        rows = [(one.left_id, one.right_id, one.match_weight, one.evidence) for one in links]
        table(("left", "right", "weight", "with sources"), rows)
    _rests_on(answer.basis)


def print_explanation(explanation: PairExplanation) -> None:
    """Print the weight of a pair, comparison by comparison; they add up to the total.

    Comparisons with nothing to compare weigh nothing and are only counted.
    """
    rows: list[tuple[object, ...]] = [
        ("prior", "before anything is compared", None, None, explanation.prior_weight)
    ]
    rows += [
        (one.comparison, one.level, one.left_value, one.right_value, one.match_weight)
        for one in explanation.comparisons
        if one.match_weight or (one.left_value and one.right_value)
    ]
    n_silent = len(explanation.comparisons) - len(rows) + 1
    rows.append(("total", "", None, None, explanation.match_weight))
    table(("comparison", "found", "left", "right", "weight"), rows)
    if n_silent:
        say(f"({n_silent} more had nothing to compare.)")


def _golden(values: tuple[GoldenValue, ...]) -> None:
    if values:
        rows = [(one.field, one.value, one.record_id, in_words(one.support)) for one in values]
        table(("field", "value", "from", "records that agree"), rows)


def _rests_on(basis: Basis) -> None:
    say(
        f"\nRests on run {basis.run_id}, match model {basis.model_version}, "
        f"as of {in_words(basis.as_of)}."
    )


def print_reviews(identities: Iterable[IdentityQuality]) -> None:
    """Print identities to review, each with the parts of its concern and its warnings."""
    for one in identities:
        heading(f"{one.identity_id}: concern {one.concern:.3f}")
        say(
            f"chance of two people {one.chance:.3f}, impact {one.impact:.2f};"
            f" {one.n_records:,} records, {one.n_links:,} links"
        )
        for warning in one.warnings:
            say(f"  {warning.weight:+.1f}  {warning_in_words(warning)}")
