"""Replays killed with -9 in the middle: resumed, they give exactly the rest."""

import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.log import kafka
from infra.log.envelope import Recorded
from infra.log.topics import settled
from infra.settings import Settings
from streams.replay import checkpoint as checkpoints
from tests.integration.projector_log import until
from tests.integration.replaying import by_type, command, ends, files, held, ids, query, recorded_log

COUNT = 1500


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, list[Recorded]]]:
    with recorded_log(tmp_path_factory.mktemp("data"), COUNT) as made:
        yield made


def killed_and_resumed(
    settings: Settings, arguments: list[str], done: Callable[[], int], steps: tuple[int, ...], rate: str = "1500"
) -> str:
    """Kills a replay each time so much more is done, resumes it, and gives what the last one said."""
    resume: list[str] = []
    for step in steps:
        enough = done() + step
        process = command(settings, *arguments, "--rate", rate, *resume)
        try:
            while done() < enough:
                assert process.poll() is None, process.communicate()
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        resume = ["--resume"]
    process = command(settings, *arguments, "--resume")
    out, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return out


def test_parquet_has_each_event_once_whatever_was_killed(
    recorded: tuple[Settings, list[Recorded]], tmp_path: Path
) -> None:
    settings, log = recorded
    folder = tmp_path / "out"

    def done() -> int:
        found = checkpoints.load(folder / "_replay" / "checkpoint.json")
        return 0 if found is None else found.done

    out = killed_and_resumed(
        settings, ["--parquet", str(folder), "--rows-per-file", "100"], done, (1, 600, 600, 1, 800)
    )
    assert dict(query(folder, "select type, count(*) from log group by type")) == by_type(log)
    assert query(folder, "select count(distinct event_id) from log") == [(len(log),)]
    assert f"{len(log):,}  events" in out
    assert len(files(folder)) > 50


def test_a_kill_between_checkpoint_and_renaming_loses_no_file(
    recorded: tuple[Settings, list[Recorded]], tmp_path: Path
) -> None:
    """What such a kill leaves behind is made here: files out of place, those of the checkpoint and one of nobody."""
    settings, log = recorded
    folder = tmp_path / "out"
    process = command(settings, "--parquet", str(folder), "--rate", "1500", "--rows-per-file", "200")
    path, staged = folder / "_replay" / "checkpoint.json", folder / "_replay" / "staged"
    until(lambda: path.exists() and (checkpoints.load(path) or pytest.fail("gone")).cut >= 3)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    found = checkpoints.load(path)
    assert found is not None
    assert found.placing
    for name in found.placing:
        if (folder / name).exists():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).rename(staged / name)
    stray = staged / "type=crm.DealWon" / "recorded_date=1999-01-01" / "part-000099.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half of a file")
    process = command(settings, "--parquet", str(folder), "--resume")
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert dict(query(folder, "select type, count(*) from log group by type")) == by_type(log)
    assert not stray.exists()


def test_a_topic_has_each_event_once_and_in_order(recorded: tuple[Settings, list[Recorded]]) -> None:
    settings, _ = recorded
    target, client = f"{settings.topic_prefix}copy", kafka.admin(settings)

    def done() -> int:
        """What was written, committed or not: so that kills come in the middle of transactions."""
        there = target in client.list_topics(timeout=10).topics  # asking for the end of one that is not takes long
        return sum(settled(lambda: ends(settings, target)).values()) if there else 0

    out = killed_and_resumed(settings, ["--topic", target, "--domain", "crm"], done, (50, 200, 200), "200")
    source = held(settings, f"{settings.topic_prefix}crm.events")
    assert held(settings, target) == source
    assert f"{len(source):,}  events" in out


def test_a_program_is_given_every_event_and_few_of_them_twice(
    recorded: tuple[Settings, list[Recorded]], tmp_path: Path
) -> None:
    settings, log = recorded
    out, script = tmp_path / "out", tmp_path / "take.py"
    script.write_text(
        "import json, sys\n"
        "with open(sys.argv[1], 'a', buffering=1) as out:\n"
        "    for line in sys.stdin:\n"
        "        print(json.loads(line)['id'], file=out)\n"
    )

    def done() -> int:
        return len(out.read_text().splitlines()) if out.exists() else 0

    arguments = ["--program", f"{sys.executable} {script} {out}", "--batch", "50"]
    killed_and_resumed(settings, arguments, done, (1, 500, 500))
    times = Counter(out.read_text().split())
    assert set(times) == {r.event_id for r in log}
    assert sum(times.values()) - len(times) <= 3 * 50


def test_ctrl_c_ends_a_replay_at_a_checkpoint(recorded: tuple[Settings, list[Recorded]], tmp_path: Path) -> None:
    settings, log = recorded
    process = command(settings, "--parquet", str(tmp_path), "--rate", "300")
    until(lambda: (tmp_path / "_replay" / "staged").exists())
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "--resume goes on" in said
    found = checkpoints.load(tmp_path / "_replay" / "checkpoint.json")
    assert found is not None
    assert found.done < len(log)
    assert f"{found.done:,}  events" in out
    process = command(settings, "--parquet", str(tmp_path), "--resume")
    process.communicate(timeout=60)
    assert query(tmp_path, "select count(*), count(distinct event_id) from log") == [(len(log), len(log))]


def test_ids_of_a_copy_are_those_of_the_log(recorded: tuple[Settings, list[Recorded]]) -> None:
    settings, log = recorded
    source = ids(held(settings, f"{settings.topic_prefix}crm.events"))
    assert sorted(source) == sorted(r.event_id for r in log if r.topic == "crm.events")
