"""What must be there before the first event is recorded: the workflows' tables, and marks of where the log ends."""

from domains.kernel import workflows
from infra.log.end import broker_ends
from infra.log.topics import topic
from infra.postgres import connect
from infra.settings import Settings
from streams.workflows import tables
from streams.workflows.fold import domains_of


def prepare(settings: Settings) -> None:
    """Makes the tables, and notes for workflows that were never here where the log ends: they react from there on.

    Call it before processors start, or events recorded between the two count as history. Safe at every start.
    """
    tables.ensure_tables(settings)
    partitions = {(name, number) for name in topics(settings) for number in range(settings.partitions)}
    with connect(settings, tables.DATABASE) as connection:
        fresh = [w for w in workflows() if not partitions <= tables.marks(connection, w.name).keys()]
        if fresh:
            ends = broker_ends(settings, topics(settings))
            for workflow in fresh:
                tables.mark(connection, workflow.name, ends)


def topics(settings: Settings) -> list[str]:
    """The topics that workflows listen to."""
    return [topic(settings.topic_prefix, domain, "events") for domain in domains_of(workflows())]
