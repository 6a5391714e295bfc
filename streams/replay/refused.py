"""What stops a replay in a way that its caller can put right."""


class Refused(Exception):
    """`code` is stable, the message a sentence that says what to do. The checkpoint stays as it is."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ProgramFailed(Refused):
    """The program did not do what it was given. `acknowledged` counts what it did say is done since last asked."""

    def __init__(self, message: str, acknowledged: int = 0) -> None:
        super().__init__("program_failed", message)
        self.acknowledged = acknowledged
