"""What goes to other machines is protected or refused, and no password is shown."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from infra.postgres import server
from infra.settings import PARTS, Settings, read

PLAIN = {
    "kafka": "a.example:9092,127.0.0.1:9092",
    "registry": "http://a.example:8081",
    "postgres": "postgresql://me@a.example?sslmode=require",
    "redis": "redis://a.example/0",
    "elasticsearch": "https://127.0.0.1:9200,http://a.example:9200",
}
SECURED = {
    "kafka": "a.example:9092",
    "kafka_protocol": "SASL_SSL",
    "kafka_user": "platform",
    "registry": "https://a.example:8081",
    "postgres": "postgresql://me@a.example",
    "redis": "rediss://a.example/0",
    "elasticsearch": "https://a.example:9200,https://b.example:9200",
}
LOCAL = {
    "kafka": "localhost:9092,[::1]:9092",
    "registry": "http://127.0.0.1:8081",
    "postgres": "postgresql:///?host=/run/postgresql",
    "redis": "unix:///run/redis.sock",
    "elasticsearch": "http://localhost:9200",
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("NEXUS_")]:
        monkeypatch.delenv(name)


def given(**some: Any) -> Settings:
    return Settings(**some)


@pytest.mark.parametrize("part", PARTS)
def test_what_others_could_read_is_refused_beyond_this_machine(part: str) -> None:
    with pytest.raises(ValidationError, match=rf"sent to {part} at a\.example\. .*NEXUS_PLAINTEXT=allowed"):
        given(**{part: PLAIN[part]})
    assert getattr(given(**{part: PLAIN[part]}, plaintext="allowed"), part) == PLAIN[part]
    assert getattr(given(**{part: LOCAL[part]}), part) == LOCAL[part]


def test_what_is_protected_is_not() -> None:
    known = given(**SECURED, kafka_password="secret")
    assert server(known)["sslmode"] == "verify-full"
    assert server(known)["sslrootcert"] == "system"


def test_a_certificate_lets_the_gateway_listen_to_others(tmp_path: Path) -> None:
    open_to_all = {"gateway_host": "0.0.0.0", "key_secret": "of-my-own"}
    with pytest.raises(ValidationError, match="Set NEXUS_GATEWAY_CERTIFICATE and NEXUS_GATEWAY_KEY"):
        given(**open_to_all)
    files = {name: tmp_path / name for name in ("gateway_certificate", "gateway_key")}
    for path in files.values():
        path.write_text("")
    assert given(**open_to_all, **files).gateway_certificate == files["gateway_certificate"]


@pytest.mark.parametrize(
    ("half", "sentence"),
    [
        ({"ca": "/nowhere/ca.pem"}, "NEXUS_CA is /nowhere/ca.pem, which is no file"),
        ({"client_certificate": __file__}, "NEXUS_CLIENT_CERTIFICATE and NEXUS_CLIENT_KEY belong together"),
        ({"gateway_key": __file__}, "NEXUS_GATEWAY_CERTIFICATE and NEXUS_GATEWAY_KEY belong together"),
        ({"kafka_protocol": "SASL_SSL", "kafka_user": "platform"}, "needs NEXUS_KAFKA_USER and NEXUS_KAFKA_PASSWORD"),
        ({"postgres": "me:hidden@a.example"}, "NEXUS_POSTGRES is no address"),
    ],
)
def test_half_of_what_belongs_together_is_refused(half: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence) as told:
        given(**half)
    assert "hidden" not in str(told.value)


@pytest.mark.parametrize(
    ("part", "address", "shown", "user"),
    [
        ("registry", "https://me:hidden@a.example/v7", "https://a.example/v7", "me"),
        ("redis", "rediss://:hidden@a.example/0", "rediss://a.example/0", ""),
        ("redis", "rediss://me:hidden%40@a.example/0", "rediss://a.example/0", "me"),
        (
            "elasticsearch",
            "https://me:hidden@a.example,https://me:hidden@b.example",
            "https://a.example,https://b.example",
            "me",
        ),
    ],
)
def test_a_password_in_an_address_is_taken_out_of_it(part: str, address: str, shown: str, user: str) -> None:
    known = given(**{part: address})
    assert (getattr(known, part), getattr(known, f"{part}_user")) == (shown, user)
    assert getattr(known, f"{part}_password").get_secret_value().startswith("hidden")
    assert "hidden" not in repr(known)


@pytest.mark.parametrize("address", ["postgresql://me:hidden@a.example:5433", "host=a.example user=me password=hidden"])
def test_so_it_is_for_postgres_whose_user_stays(address: str) -> None:
    known = given(postgres=address)
    assert "hidden" not in repr(known)
    assert "me" in known.postgres
    assert (server(known)["user"], server(known)["password"]) == ("me", "hidden")


def test_a_password_of_its_own_setting_goes_before_that_in_the_address() -> None:
    known = given(redis="rediss://:old@a.example/0", redis_password="new")
    assert known.redis_password.get_secret_value() == "new"


def test_what_a_secure_stack_asks_for_is_read_from_its_folder_but_not_for_parts_elsewhere(tmp_path: Path) -> None:
    addresses = {"kafka": "127.0.0.1:1", "redis": "rediss://127.0.0.1:2/0"}
    (tmp_path / "stack.json").write_text(json.dumps({"ports": {}, "addresses": addresses, "secure": True}))
    asked = {"kafka_protocol": "SASL_SSL", "kafka_user": "platform", "kafka_password": "k", "redis_password": "r"}
    (tmp_path / "secure").mkdir()
    (tmp_path / "secure/settings.json").write_text(json.dumps(asked))
    known = read(data=tmp_path, redis="redis://127.0.0.1:3/0")
    assert (known.kafka_protocol, known.kafka_password.get_secret_value()) == ("SASL_SSL", "k")
    assert (known.redis, known.redis_password.get_secret_value()) == ("redis://127.0.0.1:3/0", "")


def test_no_secret_is_shown() -> None:
    names = [name for name in Settings.model_fields if name.endswith(("_password", "_key", "_secret"))]
    secrets = {name: "hidden" for name in names if name not in ("client_key", "gateway_key", "master_key")}
    assert len(secrets) == 7
    assert "hidden" not in repr(given(**secrets))
