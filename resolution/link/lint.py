"""Looks a trained match model over before it may be used."""

import math
from typing import Any

from models.match_model.package import LintFinding, MatchModelPackage

# A later level may outweigh an earlier one by this much before it is called out of order.
_ORDER_TOLERANCE = 1.0
_VETO = 20.0


def lint(package: MatchModelPackage, trained: dict[str, Any]) -> list[LintFinding]:
    """Return what a data scientist should know about a trained model, errors first.

    Args:
        package: the model as it would be used.
        trained: what training saw, as `train` returns it in `figures["training"]`.
    """
    findings: list[LintFinding] = []
    for comparison in package.settings["comparisons"]:
        name = comparison["output_column_name"]
        levels = [x for x in comparison["comparison_levels"] if not x.get("is_null_level")]
        observed = trained["observed"].get(name, [{}] * len(levels))
        findings += _unlearned(name, levels, observed)
        findings += _weights(name, levels)
    if package.prior <= 0 or package.prior >= 0.5:
        findings.append(LintFinding("error", "", f"prior {package.prior} is not usable"))
    if not any(session["matches"] for session in trained["sessions"]):
        findings.append(
            LintFinding(
                "warning", "", "no training session found matches: m is as declared throughout"
            )
        )
    return sorted(findings, key=lambda finding: (finding.severity != "error", finding.comparison))


def weight_of(level: dict[str, Any]) -> float:
    """Return the match weight of a level: log2(m / u), term frequency aside."""
    return math.log2(level["m_probability"] / level["u_probability"])


def _unlearned(
    name: str, levels: list[dict[str, Any]], observed: list[dict[str, Any]]
) -> list[LintFinding]:
    """Name the levels whose m or u could not be learned, and what stands in their place."""
    findings = []
    for level, seen in zip(levels, observed, strict=True):
        label = level["label_for_charts"]
        if level.get("fix_u_probability"):
            findings.append(
                LintFinding(
                    "warning", name,
                    f"'{label}': u of an identifier cannot be learned from random pairs;"
                    f" fixed at {level['u_probability']:.1e}",
                )
            )  # fmt: skip
        elif not seen.get("u"):
            findings.append(
                LintFinding("warning", name, f"'{label}': not seen in random pairs; u as declared")
            )
        if not seen.get("m"):
            findings.append(
                LintFinding("warning", name, f"'{label}': not seen among matches; m as declared")
            )
    return findings


def _weights(name: str, levels: list[dict[str, Any]]) -> list[LintFinding]:
    """Find vetoes, levels out of order, and a last level that speaks for a match."""
    findings = []
    weights = [weight_of(level) for level in levels]
    for level, weight in zip(levels, weights, strict=True):
        if weight <= -_VETO:
            findings.append(
                LintFinding("error", name, f"'{level['label_for_charts']}' vetoes: {weight:.1f}")
            )
    for place in range(1, len(levels)):
        if weights[place] > weights[place - 1] + _ORDER_TOLERANCE:
            findings.append(
                LintFinding(
                    "warning", name,
                    f"'{levels[place]['label_for_charts']}' ({weights[place]:.1f}) outweighs"
                    f" '{levels[place - 1]['label_for_charts']}' ({weights[place - 1]:.1f})",
                )
            )  # fmt: skip
    if weights[-1] > 0.5:
        findings.append(
            LintFinding(
                "error", name, f"disagreement speaks for a match: {weights[-1]:.1f}; do not use"
            )
        )
    return findings
