"""What servers' clients say when they are turned away, as sentences that say what to do."""

import pytest

from infra.settings import Settings
from infra.turned_away import sentence


@pytest.mark.parametrize(
    ("part", "words", "told"),
    [
        ("kafka", "SSL handshake failed: error:0A000086: certificate verify failed: unable to get issuer", "NEXUS_CA"),
        ("kafka", "SASL authentication error: Authentication failed during authentication", "NEXUS_KAFKA_PASSWORD"),
        (
            "kafka",
            "Disconnected: verify that security.protocol is correct, broker might require SASL",
            "KAFKA_PROTOCOL",
        ),
        (
            "kafka",
            "SSL handshake failed: wrong version number: connecting to a PLAINTEXT broker listener?",
            "not speak",
        ),
        ("kafka", "Broker: Cluster authorization failed", "docs/security.md"),
        ("kafka", "Local: Broker transport failure; Connection refused", ""),
        ("postgres", 'FATAL:  password authentication failed for user "postgres"', "the user in NEXUS_POSTGRES"),
        ("postgres", 'no pg_hba.conf entry for host "127.0.0.1", user "postgres", no encryption', "sslmode"),
        ("postgres", "SSL error: certificate verify failed", "NEXUS_CA"),
        ("postgres", "connection refused", ""),
        ("redis", "invalid username-password pair or user is disabled.", "NEXUS_REDIS_PASSWORD"),
        ("redis", "Authentication required.", "NEXUS_REDIS_USER"),
        ("registry", "Client error '401 Unauthorized' for url 'https://…'", "NEXUS_REGISTRY_PASSWORD"),
        ("elasticsearch", "AuthorizationException(403, 'security_exception')", "docs/security.md"),
    ],
)
def test_each_refusal_says_what_to_do(part: str, words: str, told: str) -> None:
    said = sentence(Settings(), part, words)
    assert (told in said) if told else said == ""
