"""What keeps a mailbox from being looked into."""

import ssl


class Trouble(Exception):
    """The mailbox, or part of it, cannot be looked into. `code` is stable, the message a sentence that says why and
    what to do, without what its server said."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def of_network(error: OSError) -> Trouble:
    """The trouble behind what a socket raises."""
    match error:
        case ssl.SSLCertVerificationError():
            return Trouble("certificate_wrong", "The server's certificate is not that of its host; check the address.")
        case ssl.SSLError():
            return Trouble("tls_failed", "The server does not speak TLS there; check the port.")
        case TimeoutError():
            return Trouble("server_silent", "The server did not answer in time; that is tried again.")
        case _:
            return Trouble("server_unreachable", "The server cannot be reached; check host and port.")


LEFT = Trouble("server_left", "The server ended the connection; that is tried again.")
UNREADABLE = Trouble("answer_unreadable", "The server's answers cannot be read; that is tried again.")
TOO_LARGE = Trouble("answer_too_large", "The server answers with more than was asked for; that is tried again.")
REFUSED = Trouble(
    "login_refused", "The server did not let us in; check user name and password, and whether this way in is allowed."
)
