"""Elasticsearch 8.19, one node, from its own jars and the main class in java/. It answers once its shards are back.

The security of the distribution is not among the jars. In a secure stack java/local/guard puts TLS and one user in
front of its HTTP; between nodes, of which there is one, it speaks as ever, on loopback.
"""

from infra.settings import Settings
from infra.stack import authority, jars, jvm, probes, programs, secure
from infra.stack.part import Part, Place, Say
from infra.stack.process import Program

_COUNTED = "indices.breaker.total.use_real_memory=false"
"""Its circuit breaker counts what is in use. By default it counts garbage, too, which the serial collector leaves lying
until the heap is full: every search was refused for seconds then, until the next collection."""


def prepare(place: Place, say: Say) -> Program:
    java = programs.java(say)
    home, folder = jars.home("elasticsearch", java, say), place.folder("elasticsearch")
    folder.mkdir(parents=True, exist_ok=True)
    machine = [java, "-Xms512m", "-Xmx512m", *jvm.COMMON, *jvm.class_archive(java, home, folder)]
    node = ["-cp", f"{home}/lib/*", "local.EsNode", home, folder, place.ports["elasticsearch"], _COUNTED]
    guarded = _guarded(place) if place.secure else []
    command = [str(part) for part in (*machine, *node, *guarded)]
    known = place.settings
    return Program("elasticsearch", command, place.log("elasticsearch"), lambda: version(known) is not None)


def _guarded(place: Place) -> list[str]:
    user = place.folder("elasticsearch") / "user"
    password = secure.passwords(place.data)["elasticsearch"]
    authority.write_private(user, f"{secure.PLATFORM}:{password}".encode())
    return [
        f"guard.certificate={secure.certificate(place.data, 'elasticsearch')}",
        f"guard.key={secure.key(place.data, 'elasticsearch')}",
        f"guard.user={user}",
    ]


def version(settings: Settings) -> str | None:
    """None also while shards are missing: a search would fail."""
    first = settings.elasticsearch.split(",")[0]
    key = settings.elasticsearch_api_key.get_secret_value()
    who = f"ApiKey {key}" if key else probes.basic(settings.elasticsearch_user, settings.elasticsearch_password)
    if (probes.http(settings, f"{first}/_cluster/health", who) or {}).get("status") not in ("yellow", "green"):
        return None
    match probes.http(settings, first, who):
        case {"version": {"number": str(number)}}:
            return number
        case _:
            return None


PART = Part(prepare, version)
