"""Keeps match model packages: written once, checked when read, never changed."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from models.errors import MatchModelError
from models.match_model.package import LAYOUT_VERSION, LintFinding, MatchModelPackage
from models.prediction import Thresholds
from models.watchlist import ScreeningPolicy
from resolution.link.report import render_report

_MANIFEST = "manifest.json"
_SETTINGS = "model.json"
_FIGURES = "figures.json"
_CAPPED = "capped_keys.parquet"
REPORT = "report.html"


def content_version(package: MatchModelPackage) -> str:
    """Return a version that only equal content has: `mm-` and 12 hex digits."""
    digest = hashlib.blake2b(digest_size=6)
    digest.update(_canonical(package.settings).encode())
    digest.update(_canonical(_manifest(package) | {"version": "", "lint": []}).encode())
    for _, table in sorted({**package.frequencies, "capped": package.capped_keys}.items()):
        for batch in table.combine_chunks().to_batches():
            for column in batch.columns:
                digest.update(_canonical(column.to_pylist()).encode())
    return f"mm-{digest.hexdigest()}"


def save_package(package: MatchModelPackage, folder: Path) -> Path:
    """Write a package into `folder/<version>`, whole or not at all; keep it if it is there.

    Raises:
        MatchModelError: if its lint found errors.
    """
    errors = [finding for finding in package.lint if finding.severity == "error"]
    if errors:
        listed = "\n".join(f"  {e.comparison or 'model'}: {e.message}" for e in errors)
        raise MatchModelError(f"the trained match model may not be used:\n{listed}")
    place = folder / package.version
    if place.exists():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    _write(beside / _MANIFEST, _manifest(package))
    _write(beside / _SETTINGS, package.settings)
    _write(beside / _FIGURES, package.figures)
    (beside / REPORT).write_text(render_report(package), "utf-8")
    pq.write_table(package.capped_keys, beside / _CAPPED)
    for name, table in package.frequencies.items():
        pq.write_table(table, beside / f"frequency_{name}.parquet")
    beside.chmod(0o755)
    beside.rename(place)
    return place


def load_package(place: Path) -> MatchModelPackage:
    """Read a package and check that it is whole and of this layout.

    Raises:
        MatchModelError: if it is missing, damaged, or of another layout.
    """
    if not (place / _MANIFEST).is_file():
        raise MatchModelError(f"no match model package at {place}; train one first")
    manifest = _read(place / _MANIFEST)
    if manifest["layout_version"] != LAYOUT_VERSION:
        raise MatchModelError(
            f"match model {manifest['version']} is of layout {manifest['layout_version']}, this"
            f" release compares by layout {LAYOUT_VERSION}: train a new version"
        )
    package = MatchModelPackage(
        version=manifest["version"],
        layout_version=manifest["layout_version"],
        standardiser_version=manifest["standardiser_version"],
        settings=_read(place / _SETTINGS),
        frequencies={
            path.stem.removeprefix("frequency_"): pq.read_table(path)
            for path in sorted(place.glob("frequency_*.parquet"))
        },
        capped_keys=pq.read_table(place / _CAPPED),
        thresholds=Thresholds(**manifest["thresholds"]),
        screening=ScreeningPolicy(**manifest["screening"]),
        population=manifest["population"],
        lint=tuple(LintFinding(**finding) for finding in manifest["lint"]),
        figures=_read(place / _FIGURES),
    )
    if content_version(package) != package.version:
        raise MatchModelError(f"match model {package.version} was changed after it was written")
    return package


def shipped_package() -> Path | None:
    """Return the place of the match model trained on the generated example; None if left out."""
    trained = Path(str(files("models.match_model"))) / "trained"
    return next((path.parent for path in sorted(trained.glob(f"*/{_MANIFEST}"))), None)


def copy_package(place: Path, folder: Path) -> Path:
    """Copy a package into another folder of packages; keep it if it is there."""
    package = load_package(place)
    target = folder / package.version
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(place, target)
    return target


def _manifest(package: MatchModelPackage) -> dict[str, Any]:
    return {
        "version": package.version,
        "layout_version": package.layout_version,
        "standardiser_version": package.standardiser_version,
        "thresholds": asdict(package.thresholds),
        "screening": asdict(package.screening),
        "population": package.population,
        "lint": [asdict(finding) for finding in package.lint],
    }


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False), "utf-8")


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
