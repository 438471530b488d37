"""Tells when a population has outgrown the match model that was trained on it."""

from models.match_model.package import MatchModelPackage

# The prior, how common values are and which keys are too common were counted on that population;
# with half the namesakes it has by now, they link people too readily (docs/match-model.md).
_MUCH_GROWTH = 2


def population_warnings(package: MatchModelPackage, person_records: int) -> list[dict[str, str]]:
    """Return a warning, as code and message, for each way in which the two no longer fit.

    Args:
        package: the match model in use; the records it was trained on are its population.
        person_records: the records of people in this run, without the entries of watchlists.
    """
    if person_records <= _MUCH_GROWTH * package.population:
        return []
    message = (
        f"there are {person_records:,} records of people by now, and match model {package.version}"
        f" was trained on {package.population:,}: it takes common names for rarer than they are"
        " and links too readily. Train it anew by `identigraph train`, read its report, and use it"
        " from the next run on by `identigraph activate VERSION`"
    )
    return [{"code": "population_outgrown", "message": message}]
