"""Every read model and report there is, found by scanning the folders of this package; there is no list to edit.

A folder `projections/<database>/<name>/` offers READ_MODEL or REPORT in its `__init__`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

import projections
from projections.model import ReadModel, Report


@cache
def _all() -> tuple[tuple[ReadModel, ...], tuple[Report, ...]]:
    models: list[ReadModel] = []
    found: list[Report] = []
    for database in iter_modules(projections.__path__, "projections."):
        if not database.ispkg:
            continue
        for folder in iter_modules(import_module(database.name).__path__, database.name + "."):
            offered = vars(import_module(folder.name))
            model, report = offered.get("READ_MODEL"), offered.get("REPORT")
            if isinstance(model, ReadModel):
                models.append(model)
            if isinstance(report, Report):
                found.append(report)
    return tuple(models), tuple(found)


def databases() -> Sequence[str]:
    """Names of the databases that hold read models, sorted."""
    return sorted({model.database for model in _all()[0]})


def read_models(database: str | None = None) -> Sequence[ReadModel]:
    """All read models, or those of one database, private ones included."""
    return [m for m in _all()[0] if database in (None, m.database)]


def reports(database: str | None = None) -> Sequence[Report]:
    """All reports, or those of one database."""
    return [r for r in _all()[1] if database in (None, r.database)]


@cache
def models_by_name(database: str) -> Mapping[str, ReadModel]:
    """The read models of one database by name."""
    return MappingProxyType({m.name: m for m in read_models(database)})


@cache
def domains_of(database: str) -> tuple[str, ...]:
    """The domains whose events the database folds, sorted. An event's domain is the first part of its name."""
    return tuple(sorted({str(e.NAME).split(".")[0] for m in read_models(database) for e in m.events}))
