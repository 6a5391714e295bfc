"""What a processor counts, for Prometheus."""

from prometheus_client import Counter, Histogram

COMMANDS = Counter("nexus_commands_total", "Commands answered, by status of the answer.", ["domain", "status"])
REPEATED = Counter("nexus_commands_repeated_total", "Commands that got their first answer again.", ["domain"])
EVENTS = Counter("nexus_events_total", "Events committed.", ["domain"])
ABORTED = Counter("nexus_transactions_aborted_total", "Transactions given up and done again.", ["domain"])
BATCH = Histogram("nexus_batch_commands", "Commands in a batch.", ["domain"], buckets=(1, 3, 10, 30, 100, 300, 1000))
SECONDS = Histogram(
    "nexus_transaction_seconds",
    "From taking a batch to its commit.",
    ["domain"],
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
