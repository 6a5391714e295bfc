"""`nexus360 topics` and `nexus360 schemas`: what the log and the registry hold."""

import typer

schemas = typer.Typer(no_args_is_help=True, help="What the schema registry holds.")


def topics() -> None:
    """List the topics with their partitions and messages; makes those that are missing."""
    from infra.log.inventory import describe
    from infra.log.topics import ensure_topics
    from infra.settings import load
    from schemas.contract import domains

    ensure_topics(load(), domains())
    for row in describe(load(), domains()):
        typer.echo(f"{row.name:32} {row.partitions:3} partitions {row.offsets:10,} offsets, kept {row.kept}")


@schemas.command("register")
def register_all() -> None:
    """Register every schema that this version writes, and remember all ids on disk."""
    from infra.log.registry import register
    from infra.settings import load

    typer.echo(f"{register(load())} subjects are registered.")


@schemas.command("list")
def list_all() -> None:
    """List the subjects that this version writes."""
    from infra.log.registry import subjects
    from infra.settings import load

    for subject, _, compatibility in subjects(load()):
        typer.echo(f"{subject:60} {compatibility}")
