"""Settings: the environment over what the stack wrote down over defaults, and no development secret in the open."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from infra.addresses import is_loopback
from infra.settings import DEVELOPMENT_SECRET, PARTS, ROOT, Settings, read


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("NEXUS_")]:
        monkeypatch.delenv(name)


def write_addresses(data: Path, **addresses: str) -> None:
    data.mkdir(parents=True, exist_ok=True)
    (data / "stack.json").write_text(json.dumps({"ports": {}, "addresses": addresses}))


def test_without_anything_set_everything_is_local_and_below_the_checkout() -> None:
    given = Settings()
    assert given.data == ROOT / ".nexus"
    assert given.master_key == given.data / "master.key"
    assert given.blobs == given.data / "blobs"
    assert not any(getattr(given, part) for part in PARTS)


def test_files_follow_the_data_folder_unless_they_are_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEXUS_DATA", str(tmp_path / "here"))
    monkeypatch.setenv("NEXUS_BLOBS", str(tmp_path / "there"))
    given = Settings()
    assert given.master_key == tmp_path / "here" / "master.key"
    assert given.blobs == tmp_path / "there"


def test_the_addresses_of_the_local_stack_are_read_from_its_folder(tmp_path: Path) -> None:
    write_addresses(tmp_path, kafka="127.0.0.1:1", redis="redis://127.0.0.1:2/0")
    given = read(data=tmp_path)
    assert (given.kafka, given.redis, given.postgres) == ("127.0.0.1:1", "redis://127.0.0.1:2/0", "")


def test_an_address_from_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_addresses(tmp_path, kafka="127.0.0.1:1")
    monkeypatch.setenv("NEXUS_DATA", str(tmp_path))
    monkeypatch.setenv("NEXUS_KAFKA", "127.0.0.1:9092")
    assert read().kafka == "127.0.0.1:9092"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "gateway.example", ""])
def test_the_development_secret_is_refused_beyond_loopback(host: str) -> None:
    with pytest.raises(ValidationError, match="Set NEXUS_KEY_SECRET to a secret of your own"):
        Settings(gateway_host=host)


def test_the_development_secret_is_refused_where_something_before_the_gateway_is_found_from_elsewhere() -> None:
    with pytest.raises(ValidationError, match=r"found at nexus\.example\.com with the development secret"):
        Settings(public_url="https://nexus.example.com")
    assert Settings(public_url="http://127.0.0.1:8080").public_url
    assert Settings(public_url="https://nexus.example.com", key_secret=SecretStr("of-my-own")).public_url


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_it_is_good_enough_on_loopback(host: str) -> None:
    assert is_loopback(host)
    assert Settings(gateway_host=host).key_secret.get_secret_value() == DEVELOPMENT_SECRET


def test_a_secret_of_ones_own_opens_any_host_and_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUS_KEY_SECRET", "of-my-own")
    monkeypatch.setenv("NEXUS_GATEWAY_HOST", "0.0.0.0")
    monkeypatch.setenv("NEXUS_PLAINTEXT", "allowed")
    given = Settings()
    assert given.key_secret.get_secret_value() == "of-my-own"
    assert "of-my-own" not in repr(given)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().kafka = "elsewhere:9092"  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(("name", "value"), [("partitions", 0), ("replication", 0), ("partitions", "many")])
def test_counts_below_one_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        read(**{name: value})
