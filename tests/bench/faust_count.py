# Faust has no types worth the name.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUntypedFunctionDecorator=false, reportMissingTypeStubs=false
"""A plain Faust agent that counts events and does nothing else, in a process of its own: `rate` starts it.

python -m tests.bench.faust_count BROKER TOPIC EVENTS    prints events a second from the first to the last
"""

import os
import subprocess
import sys
import tempfile
import time
import uuid
from typing import Any

import faust

from infra.settings import ROOT, Settings


def rate(settings: Settings, topic: str, events: int) -> float:
    """Events a second; raises RuntimeError when the agent did not come to the end."""
    command = [sys.executable, "-m", "tests.bench.faust_count", settings.kafka, topic, str(events)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"The agent ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return float(done.stdout)


def main(broker: str, topic: str, events: int) -> None:
    """Ends the process when it has counted them all."""
    app = faust.App(
        f"count-{uuid.uuid4().hex[:8]}",
        broker=f"kafka://{broker}",
        store="memory://",
        datadir=tempfile.mkdtemp(prefix="nexus-bench-"),
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        stream_wait_empty=False,
    )
    source = app.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def count(stream: Any) -> None:
        counted, began = 0, 0.0
        async for _ in stream.events():
            began = began or time.perf_counter()
            counted += 1
            if counted == events:
                print(counted / (time.perf_counter() - began), flush=True)
                os._exit(0)

    app.agent(source, concurrency=1, name="count")(count)
    worker: Any = faust.Worker(app, loglevel="ERROR", redirect_stdouts=False, quiet=True)
    worker.spinner = None
    worker.execute_from_commandline()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
