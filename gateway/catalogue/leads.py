"""To which list the ids lead that stand in columns and fields, as far as declarations and names say."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.views import list_name
from projections.catalog import models_by_name, read_models
from projections.model import Join, ReadModel


@dataclass(frozen=True, slots=True)
class Lead:
    """From a column with an id: `to` is the key of the list of its records, `called` the column beside it that shows
    how the record is called."""

    to: str
    called: str | None


@dataclass(frozen=True, slots=True)
class Leads:
    """What a read model's columns, and the fields of the commands of its records, lead to. `named` are the lists by the
    aggregate that they are of, those of the same domain counting before others."""

    columns: Mapping[str, Lead]
    named: Mapping[str, str]

    def by_field(self, name: str) -> str | None:
        """The list whose record's id, or ids, a field of a command takes, if it is such a field."""
        one = name.removesuffix("s") if name.endswith("_ids") else name
        if one in self.columns:
            return self.columns[one].to
        return self.named.get(one.removesuffix("_id")) if one.endswith("_id") else None


def title_of(model: ReadModel) -> str | None:
    """The column that names a record: the first of `search`, or one that is called so."""
    if model.search:
        return model.search[0]
    return next((name for name in ("name", "label", "title") if name in model.row.__dataclass_fields__), None)


def leads_of(model: ReadModel) -> Leads:
    """What a read model leads to."""
    columns = {join.column: lead for join in model.joins if (lead := _by_join(model, join)) is not None}
    # A field says no domain: an owner is a user, and a deal's company is the CRM's.
    named = _lists()
    own = {name: key for (domain, name), key in named.items() if domain == model.database}
    others = {name: key for (_, name), key in named.items()}
    return Leads(columns, {**others, **own, "owner": named["admin", "user"]})


def _by_join(model: ReadModel, join: Join) -> Lead | None:
    to = models_by_name(model.database)[join.to]
    if to.aggregate is None or (key := _lists().get(to.aggregate)) is None:
        return None
    title = title_of(to)
    return Lead(key, next((shown for shown, origin in join.take.items() if origin == title), None))


def _lists() -> Mapping[tuple[str, str], str]:
    return {
        model.aggregate: list_name(model) for model in read_models() if model.public and model.aggregate is not None
    }
