"""The schema registry: registers what this version writes, and remembers every id on disk.

The cache makes an outage harmless: everything once seen can be read and written without the registry. An id that is not
in the cache while the registry is silent is an outage, never a bad event.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from infra.log.codec import Codec, RegistryUnavailable, Undecodable
from infra.log.topics import Kind, topic
from infra.settings import Settings
from schemas import avro
from schemas.contract import contracts

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
        """Keeps an id, on disk too. The file is replaced whole, so a reader never sees half of it."""
        with self.lock:
            self.read_cache()
            self.ids[text], self.texts[id] = id, text
            self.path.parent.mkdir(parents=True, exist_ok=True)
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
        return canonical(schema.schema_str or "")


def canonical(text: str) -> str:
    """The text without the spaces a registry may put in."""
    return json.dumps(json.loads(text), separators=(",", ":"))


def ids(settings: Settings) -> CachedIds:
    return CachedIds(settings.data / "schemas.json", SchemaRegistryClient({"url": settings.registry}))


def codec(settings: Settings) -> Codec:
    """The codec of a process."""
    return Codec(ids(settings))


def subjects(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(subject, record name, compatibility) of everything this version writes: TopicRecordNameStrategy."""
    for (domain, _), contract in sorted(contracts().items()):
        names: dict[Kind, list[Any]] = {
            "commands": [command.cls for command in contract.commands],
            "events": list(contract.events),
            "snapshots": [contract.state],
        }
        for kind, classes in names.items():
            for cls in classes:
                yield f"{topic(settings.topic_prefix, domain, kind)}-{cls.NAME}", cls.NAME, COMPATIBILITY[kind]


def register(settings: Settings) -> int:
    """Registers every schema this version writes and remembers all versions ever registered under its subjects.

    Returns how many subjects there are. Raises RegistryUnavailable, or ValueError naming the subject that refuses.
    """
    known = ids(settings)
    count = 0
    for subject, name, compatibility in subjects(settings):
        text = avro.published(name)
        try:
            id = known.client.register_schema(subject, Schema(text, "AVRO"))
            known.client.set_compatibility(subject, compatibility)
            known.remember(id, text)
            count += 1
        except SchemaRegistryError as error:
            if error.http_status_code == 409:
                raise ValueError(f"{subject} does not take the new schema of {name}: {error}.") from error
            raise RegistryUnavailable(f"The schema registry refused {subject}: {error}.") from error
        except OSError as error:
            raise RegistryUnavailable(f"The schema registry does not answer: {error}.") from error
    return count
