"""What commands and files reach beside the record that they are about: an import writes records of another kind, a
mailbox becomes activities, a replay and the files that came of either show them.

The workers behind them ask nobody, so that it is asked when they are told to begin.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from domains.admin.permits import parse
from domains.integration.importable import IMPORTABLE
from gateway.access.standing import Standing, forbidden
from gateway.platform import Platform
from gateway.problems import not_found
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.query import MAX_LIMIT, Filter
from schemas.contract import domains
from schemas.generated.integration.import_job import RevertImport, StartImport
from schemas.generated.integration.mailbox import ChangeMailbox, ConnectMailbox, ResumeMailbox
from schemas.generated.integration.replay_job import ResumeReplay, StartReplay

DATABASE = "integration"
_OF_USERS = "admin.user"
"""Users bring the teams they are in."""


async def reached(here: Platform, tenant: str, command: Any) -> Iterable[str]:
    """Permits that a command makes use of, as they are written, each for all records of its kind. A 404 problem for an
    import or replay that the read models do not have, yet or ever: nobody knows what it reaches."""
    match command:
        case StartImport():
            return imported(command.target, "record", command.mapping)
        case RevertImport():
            return imported((await _row(here, tenant, "imports", command.import_id))["target"], "remove")
        case ConnectMailbox() | ChangeMailbox() | ResumeMailbox():
            return ("crm.activity.create",)
        case StartReplay():
            return _replayed(command.domains, command.types)
        case ResumeReplay():
            row = await _row(here, tenant, "replays", command.replay_id)
            return _replayed(row["domains"], row["types"])
        case _:
            return ()


async def shown_by(here: Platform, tenant: str, file: str) -> set[str]:
    """Permits that it takes to look into a file, which its hash names: those that what it is of makes use of. None for
    one that nothing is of yet, whose hash only who has it can know."""
    needed, models = set[str](), models_by_name(DATABASE)
    async with reading(here.readers[DATABASE], tenant, models["imports"], models["replays"]) as connection:
        for name, columns in (("imports", ("file", "errors", "changes", "revert_report")), ("replays", ("file",))):
            model = models[name]
            for named in (Filter(column, "eq", file) for column in columns):
                page = await query.list_(
                    connection, model, tenant, secret=here.secret, filters=[named], limit=MAX_LIMIT
                )
                for row in page.items:
                    needed.update(_of_row(name, row))
    return needed


def _of_row(name: str, row: Any) -> Iterable[str]:
    return imported(row["target"], "record") if name == "imports" else _replayed(row["domains"], row["types"])


def must_hold(standing: Standing, permits: Iterable[str]) -> None:
    """A 403 problem for a permit that somebody does not have, or not on all records of its kind, or whose app is
    switched off for them."""
    mine = standing.permits()
    for permit in map(parse, permits):
        standing.must_be_on(permit.app)
        if not any(own.includes(permit) for own in mine):
            raise forbidden(str(permit))


def imported(target: str, verb: str, mapped: Iterable[str] = ()) -> Iterable[str]:
    """What an import into this target, which fills these fields, does to records; nothing for a target that will be
    refused."""
    domain, _, aggregate = target.partition(".")
    mapped = tuple(mapped)
    if target not in IMPORTABLE:
        return
    noun = f"{domain}.{aggregate.replace('_', '-')}"
    yield f"{noun}.{verb}"
    for name, field in IMPORTABLE[target].fields.items():
        if name in mapped and field.verb is not None:
            yield f"{noun}.{field.verb}"
    if any(name.startswith("custom.") for name in mapped):
        yield f"{noun}.set-fields"
    if target == _OF_USERS:
        yield f"admin.team.{verb}"


def _replayed(wanted: Collection[str], types: Iterable[str]) -> Iterable[str]:
    """What a replay of these domains, all when there are none, shows; nothing for one that is none, which will be
    refused. Personal values stay sealed in its files."""
    named = set(wanted or domains()) & set(domains())
    if types := set(types):
        named &= {each.partition(".")[0] for each in types}
    for domain in sorted(named):
        if domain == "audit":
            yield "admin.audit.read"
        else:
            yield from (f"{domain}.*.read", f"{domain}.amounts.see", f"{domain}.pay.see")


async def _row(here: Platform, tenant: str, name: str, id: str) -> Mapping[str, Any]:
    async with reading(here.readers[DATABASE], tenant) as connection:
        found = await query.get(connection, models_by_name(DATABASE)[name], tenant, id)
    if found is None:
        raise not_found(name)
    return found["row"]
