"""The schema registry: registers what this version writes, and remembers every id on disk.

The cache makes an outage harmless: everything once seen can be read and written without the registry. An id that is not
in the cache while the registry is silent is an outage, never a bad event.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from infra import tls
from infra.log.codec import Codec, RegistryUnavailable, Undecodable
from infra.log.topics import Kind, topic
from infra.settings import Settings
from schemas import avro
from schemas.history import compact, versions

COMPATIBILITY: dict[Kind, str] = {"commands": "FULL_TRANSITIVE", "events": "FULL_TRANSITIVE", "snapshots": "NONE"}


@dataclass(frozen=True, slots=True)
class CachedIds:
    """Schema ids from the cache on disk, from the registry otherwise."""

    path: Path
    client: SchemaRegistryClient
    ids: dict[str, int] = field(default_factory=dict[str, int])
    texts: dict[int, str] = field(default_factory=dict[int, str])
    lock: Lock = field(default_factory=Lock)

    def id_of(self, name: str) -> int:
        text = avro.published(name)
        if text not in self.ids:
            self.read_cache()
        if text not in self.ids:
            raise RegistryUnavailable(f"{name} was never registered from here; run `nexus360 schemas register`.")
        return self.ids[text]

    def text_of(self, id: int) -> str:
        if id not in self.texts:
            self.read_cache()
        if id not in self.texts:
            self.remember(id, self._ask(id))
        return self.texts[id]

    def remember(self, id: int, text: str) -> None:
        """Keeps one id."""
        self.remember_all({id: text})

    def remember_all(self, texts: Mapping[int, str]) -> None:
        """Keeps ids, on disk too, beside what other processes keep there. The file is replaced whole, so a reader never
        sees half of it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.lock, self.path.with_suffix(".lock").open("a") as other_processes:
            fcntl.flock(other_processes, fcntl.LOCK_EX)
            self.read_cache()
            self.texts.update(texts)
            self.ids.update({text: id for id, text in texts.items()})
            with tempfile.NamedTemporaryFile("w", dir=self.path.parent, delete=False) as file:
                json.dump({str(known): self.texts[known] for known in sorted(self.texts)}, file)
            os.replace(file.name, self.path)

    def read_cache(self) -> None:
        if self.path.exists():
            for id, text in json.loads(self.path.read_text()).items():
                self.ids[text], self.texts[int(id)] = int(id), text

    def _ask(self, id: int) -> str:
        try:
            schema = self.client.get_schema(id)
        except SchemaRegistryError as error:
            if error.http_status_code == 404:
                raise Undecodable(f"The schema registry never gave out the id {id}.") from error
            raise RegistryUnavailable(f"The schema registry refused the id {id}: {error}.") from error
        except Exception as error:
            raise RegistryUnavailable(f"The schema registry does not answer: {error}.") from error
        return compact(schema.schema_str or "")


def ids(settings: Settings) -> CachedIds:
    return CachedIds(settings.data / "schemas.json", SchemaRegistryClient(_asked(settings)))


def _asked(settings: Settings) -> dict[str, Any]:
    """Where the registry is, and what it asks for: who we are, and TLS where the address says https."""
    files = {
        "ssl.ca.location": settings.ca,
        "ssl.certificate.location": settings.client_certificate,
        "ssl.key.location": settings.client_key,
    }
    given = {"url": settings.registry} | {name: str(path) for name, path in files.items() if path}
    if settings.registry_user:
        given["basic.auth.user.info"] = f"{settings.registry_user}:{settings.registry_password.get_secret_value()}"
    return given


def http(settings: Settings) -> httpx.AsyncClient:
    """For a look at the registry that shall not try again. Close it, or use it in an `async with`."""
    who = (settings.registry_user, settings.registry_password.get_secret_value()) if settings.registry_user else None
    return httpx.AsyncClient(base_url=settings.registry, auth=who, verify=tls.client_context(settings))


def codec(settings: Settings) -> Codec:
    """The codec of a process."""
    return Codec(ids(settings))


def subjects(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(subject, record name, compatibility) of everything this version writes or wrote: TopicRecordNameStrategy."""
    kinds: dict[str, Kind] = {"command": "commands", "event": "events", "state": "snapshots"}
    for name, each in sorted(avro.named_types().items()):
        if kind := kinds.get(each.get("kind", "")):
            domain = name.partition(".")[0]
            yield f"{topic(settings.topic_prefix, domain, kind)}-{name}", name, COMPATIBILITY[kind]


def register(settings: Settings) -> int:
    """Registers every version of every record, oldest first, and remembers their ids: from then on an outage of the
    registry stops nothing.

    Returns how many subjects there are. Raises RegistryUnavailable, or ValueError naming the subject that refuses, or
    when this is not the registry that gave out the ids known here.
    """
    known = ids(settings)
    known.read_cache()
    found: dict[int, str] = {}
    names = list(subjects(settings))
    for subject, name, compatibility in names:
        try:
            first, *later = versions(name)
            found[known.client.register_schema(subject, Schema(first, "AVRO"))] = first
            # Not before: Apicurio knows no subject without a version. A first one has nothing to be checked against.
            known.client.set_compatibility(subject, compatibility)
            for text in later:
                found[known.client.register_schema(subject, Schema(text, "AVRO"))] = text
        except SchemaRegistryError as error:
            if error.http_status_code == 409:
                raise ValueError(
                    f"{subject} holds a version that does not go together with {name} as it is here: {error}. "
                    "Make the change compatible (python -m schemas.compatibility says how) or use another topic prefix."
                ) from error
            raise RegistryUnavailable(f"The schema registry refused {subject}: {error}.") from error
        except Exception as error:  # whatever the client's HTTP library raises, which is the client's own affair
            raise RegistryUnavailable(f"The schema registry does not answer: {error}.") from error
    if other := [id for id, text in found.items() if known.ids.get(text, id) != id]:
        raise ValueError(
            f"The schema registry gives {len(other)} schemas other ids than before, and the log's events bear the old "
            f"ones: it has lost its data, or it is another registry. Restore it or set NEXUS_REGISTRY to the former "
            f"one; for an empty log, delete {known.path} and start again."
        )
    known.remember_all(found)
    return len(names)
