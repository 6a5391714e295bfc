"""The front door: the command line of Nexus360. Nothing imports it.

A command stands in the room that it is about. It imports what it needs when it runs, so that `--help` answers at once.
"""

from typing import Annotated

import typer

from gateway.admin_command import admin
from gateway.demo_command import demo
from gateway.import_command import import_file
from gateway.retention_command import retention
from gateway.trash_command import trash
from infra.key_command import key
from infra.log.command import schemas, topics
from infra.stack.command import down, status, up, wipe
from infra.vault_command import app as vault
from streams.audit.command import audit
from streams.dead_letters.command import dlq
from streams.rebuild.command import rebuild
from streams.replay.command import replay
from streams.verify.command import verify

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A business platform on one event log.")
serve = typer.Typer(invoke_without_command=True, help="Run the platform, all of it or one part.")

app.command()(retention)
app.command()(trash)
app.command()(up)
app.command()(down)
app.command()(status)
app.command()(wipe)
app.command()(key)
app.command()(topics)
app.command("import")(import_file)
app.command()(demo)
app.command()(rebuild)
app.command()(replay)
app.command()(verify)
app.add_typer(serve, name="serve")
app.add_typer(schemas, name="schemas")
app.add_typer(dlq, name="dlq")
app.add_typer(vault, name="vault")
app.add_typer(audit, name="audit")
app.add_typer(admin, name="admin")


@serve.callback()
def everything(context: typer.Context) -> None:
    """Without a part: all of them, as processes of their own, started again if one dies.

    Example: nexus360 serve
    """
    from infra.collector import search_rarely

    search_rarely()
    from infra.logs import configure
    from infra.settings import load

    settings = load()
    configure(settings.log_level)
    if context.invoked_subcommand is None:
        from infra.supervise import serve_everything
        from streams.workflows.prepare import prepare

        serve_everything(settings, typer.echo, lambda: prepare(settings))


@serve.command()
def gateway(
    service: Annotated[str | None, typer.Option(help="One service alone, on its own port.")] = None,
    port: Annotated[int | None, typer.Option(help="Another port.")] = None,
) -> None:
    """The HTTP API. Example: nexus360 serve gateway --service deal"""
    from gateway.main import run
    from infra.log.users import as_kind
    from infra.settings import load

    run(as_kind(load(), "gateway"), service, port)


@serve.command()
def processor(
    domain: str, slot: Annotated[int, typer.Option(help="Processors of one domain have slots 0, 1, …")] = 0
) -> None:
    """Decides a domain's commands. Example: nexus360 serve processor crm --slot 1"""
    from infra.choice import chosen
    from infra.log.users import as_kind
    from infra.settings import load
    from schemas.contract import domains
    from streams.processor.main import run

    run(chosen(domain, domains()), slot, as_kind(load(), "processor"))


@serve.command()
def projector(
    database: str, slot: Annotated[int, typer.Option(help="Projectors of one database have slots 0, 1, …")] = 0
) -> None:
    """Folds events into a database's read models and search documents. Example: nexus360 serve projector crm"""
    from infra.choice import chosen
    from infra.log.users import as_kind
    from infra.settings import load
    from projections.catalog import databases
    from streams.projector.main import run

    run(chosen(database, databases()), as_kind(load(), "projector"), slot)


@serve.command()
def workflows() -> None:
    """Turns events into the commands that follow from them. Example: nexus360 serve workflows"""
    from infra.log.users import as_kind
    from infra.settings import load
    from streams.workflows.main import run

    run(as_kind(load(), "workflows"))


@serve.command()
def importer() -> None:
    """Turns uploaded files into records. Example: nexus360 serve importer"""
    from infra.log.users import as_kind
    from infra.settings import load
    from streams.importer.main import run

    run(as_kind(load(), "worker"))


@serve.command()
def replayer() -> None:
    """Writes recorded events into files for those who ask over HTTP. Example: nexus360 serve replayer"""
    from infra.log.users import as_kind
    from infra.settings import load
    from streams.replayer.main import run

    run(as_kind(load(), "worker"))


@serve.command()
def eraser() -> None:
    """Destroys the keys of persons whose erasure was ordered, and records the proof. Example: nexus360 serve eraser"""
    from infra.log.users import as_kind
    from infra.settings import load
    from streams.eraser.main import run

    run(as_kind(load(), "worker"))


@serve.command()
def mailer() -> None:
    """Looks into mailboxes and calendars: what is there becomes activities. Example: nexus360 serve mailer"""
    from infra.log.users import as_kind
    from infra.settings import load
    from streams.mailer.main import run

    run(as_kind(load(), "worker"))


@serve.command()
def webhooks() -> None:
    """Sends events to addresses of other systems. Example: nexus360 serve webhooks"""
    from gateway.webhooks.main import run
    from infra.log.users import as_kind
    from infra.settings import load

    run(as_kind(load(), "worker"))


def main() -> None:
    """Runs a command. What a person can put right is told as a sentence, without a traceback."""
    try:
        app()
    except Exception as error:
        if (told := _told(error)) is None:
            raise
        typer.echo(told, err=True)
        raise SystemExit(1) from error


def _told(error: Exception) -> str | None:
    """The sentence for a setting or a stack that a person can put right; None for what only a programmer can."""
    from pydantic import ValidationError

    from infra.log.topics import TopicRefused
    from infra.log.users import BadUsers
    from infra.operated import NotRecorded
    from infra.stack.stack import StackFailed
    from infra.turned_away import TurnedAway
    from infra.vault.errors import VaultUnavailable, WrongMasterKey

    sentences = BadUsers | NotRecorded | StackFailed | TopicRefused | TurnedAway | VaultUnavailable | WrongMasterKey
    if isinstance(error, sentences):
        return str(error)
    if isinstance(error, ValidationError) and error.title == "Settings":
        wrong = (
            ("_".join(("NEXUS", *map(str, one["loc"]))).upper(), one["msg"].removeprefix("Value error, "))
            for one in error.errors()
        )
        return "\n".join(f"{name}: {message}" if name != "NEXUS" else message for name, message in wrong)
    return None


if __name__ == "__main__":
    main()
