# Faust has no types worth the name.
# pyright: reportMissingTypeStubs=false
"""What Faust shows to the brokers, as Kafka's settings want it."""

from faust.auth import Credentials, SASLCredentials, SSLCredentials

from infra import tls
from infra.settings import Settings


def credentials(settings: Settings) -> Credentials | None:
    """None where the brokers ask for nothing."""
    match settings.kafka_protocol:
        case "PLAINTEXT":
            return None
        case "SSL":
            return SSLCredentials(tls.client_context(settings))
        case "SASL_PLAINTEXT" | "SASL_SSL":
            return SASLCredentials(
                username=settings.kafka_user,
                password=settings.kafka_password.get_secret_value(),
                mechanism=settings.kafka_mechanism,
                ssl_context=tls.client_context(settings) if settings.kafka_protocol == "SASL_SSL" else None,
            )
