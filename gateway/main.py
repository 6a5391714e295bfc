"""Serves the gateway with uvicorn."""

import resource
import ssl
from collections.abc import Callable

import uvicorn

from gateway import heads
from gateway.access import uses
from gateway.app import create_app
from gateway.services import PORTS
from gateway.status import ensure_table
from gateway.webhooks import places
from infra import tls
from infra.collector import ANSWERS, spare_the_collector
from infra.settings import Settings
from projections.dead_letters.tables import ensure_tables

DOORS = 32
"""How often the event loop looks at the listening socket in one round. libuv accepts one connection at each look: when
rounds grow long others would wait for seconds, where no count of those who wait sees them."""


def _modern(_: uvicorn.Config, made: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    return tls.modern(made())


def open_as_many_as_one_may() -> None:
    """Each connection is an open file, of which a process may have 1,024 on many machines until it asks for more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def run(settings: Settings, service: str | None = None, port: int | None = None) -> None:
    """Serves until SIGTERM. `service` alone stands on its own port; `port` overrules both."""
    if service is not None and service not in PORTS:
        raise SystemExit(f"There is no service {service!r}; there are {', '.join(PORTS)}.")
    open_as_many_as_one_may()
    ensure_table(settings)
    uses.ensure_table(settings)
    ensure_tables(settings)
    places.ensure_tables(settings)
    app = create_app(settings, service)
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=port or (PORTS[service] if service else settings.gateway_port),
        log_config=None,
        ssl_certfile=settings.gateway_certificate,
        ssl_keyfile=settings.gateway_key,
        ssl_context_factory=_modern if settings.gateway_certificate else None,
        access_log=False,
        server_header=False,
        http=heads.HttpProtocol,
        # Nothing here is spoken over WebSockets, which would go round the bounds of heads and bodies.
        ws="none",
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    app.state.ending = lambda: server.should_exit
    spare_the_collector(ANSWERS)
    listening = config.bind_socket()
    server.run([listening, *(listening.dup() for _ in range(DOORS - 1))])
    if not server.started:
        raise SystemExit(3)
