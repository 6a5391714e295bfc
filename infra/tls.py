"""TLS contexts: whom we trust as a client. Nothing older than TLS 1.2 is spoken, here and by the gateway."""

import ssl

from infra.settings import Settings


def modern(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context, without what is older than TLS 1.2."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def client_context(settings: Settings) -> ssl.SSLContext:
    """Trusts the authorities of NEXUS_CA, or the system's, checks names, and shows our certificate if we have one."""
    made = modern(ssl.create_default_context(cafile=settings.ca))
    if settings.client_certificate is not None:
        made.load_cert_chain(settings.client_certificate, settings.client_key)
    return made


def own_gateway(settings: Settings) -> ssl.SSLContext:
    """Trusts the certificate of our own gateway and no other, by whatever name or number it is reached."""
    if settings.gateway_certificate is None:
        return client_context(settings)
    made = modern(ssl.create_default_context(cafile=settings.gateway_certificate))
    made.check_hostname = False
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return made
