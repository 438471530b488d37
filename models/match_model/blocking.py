"""The blocking rules of the match model for people: what makes two records worth comparing.

A rule names list columns of `features.py`; each combination of their elements is one key, and two
records meet when they share a key. The same keys serve the batch (joined) and look-up (indexed).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """One cheap condition that brings records together.

    Attributes:
        description: in words for a person.
        columns: list columns of the features; a key is one element of each.
        pairs_per_record: how many pairs a record this rule may make on average; the most common
            keys are left out until it holds, and they are frozen with the match model. Watchlist
            entries, which are few and must not be missed, meet people by every key but those that
            the next attribute excepts.
        most_records_for_an_entry: a key left out for people that more records than this share
            brings them to no watchlist entry either; None for any number.
    """

    description: str
    columns: tuple[str, ...]
    pairs_per_record: float
    most_records_for_an_entry: int | None = None


def _rule(
    description: str,
    *columns: str,
    pairs_per_record: float,
    most_records_for_an_entry: int | None = None,
) -> BlockingRule:
    return BlockingRule(description, columns, pairs_per_record, most_records_for_an_entry)


BLOCKING_RULES = (
    _rule("same personal number", "person_numbers", pairs_per_record=5),
    _rule("same document number", "document_numbers", pairs_per_record=5),
    _rule("same case reference", "case_refs", pairs_per_record=3),
    _rule("same e-mail address", "email_addresses", pairs_per_record=3),
    _rule("same phone number", "phone_numbers", pairs_per_record=3),
    _rule("same name and year of birth", "root_keys", "birth_years", pairs_per_record=4),
    _rule("same date of birth, a name that sounds alike", "readings", "sounds",
          pairs_per_record=4),
    _rule("same name", "root_keys", pairs_per_record=2),
    _rule("two names that sound alike, same year of birth", "sound_pairs", "birth_years",
          pairs_per_record=2),
    _rule("two names that sound alike, same day and month of birth", "sound_pairs", "birth_days",
          pairs_per_record=2),
    _rule("half of a document number, a name that sounds alike", "number_parts", "sounds",
          pairs_per_record=2),
    _rule("half of a document number, same date of birth", "number_parts", "readings",
          pairs_per_record=2),
    _rule("same postcode, a name that sounds alike", "postcodes", "sounds", pairs_per_record=1.5),
    _rule("same address, a name that sounds alike", "address_keys", "sounds", pairs_per_record=1.5),
    _rule("same date of birth and postcode", "readings", "postcodes", pairs_per_record=1.5),
    _rule("same date of birth, same first letter of a name", "readings", "initials",
          pairs_per_record=1.5),
    _rule("two names that sound alike", "sound_pairs", pairs_per_record=1),
    # without a limit, four of five pairs of a million people are an entry and who shares MOHAMMED
    _rule("a rare name", "all_roots", pairs_per_record=0.5, most_records_for_an_entry=1_000),
    _rule("same place and year of birth, a name that sounds alike", "places_of_birth",
          "birth_years", "sounds", pairs_per_record=1),
    _rule("same date and place of birth", "readings", "places_of_birth", pairs_per_record=1),
    _rule("same name before the @, a name that sounds alike", "email_names", "sounds",
          pairs_per_record=1),
)  # fmt: skip
