"""Scores one record against some others, by what is compiled from a match model's own SQL."""

from resolution.link.live_scoring.cache import RecordCache
from resolution.link.live_scoring.records import ComparedRecord
from resolution.link.live_scoring.scorer import LiveScorer

__all__ = ["ComparedRecord", "LiveScorer", "RecordCache"]
