"""What can go wrong with keys. None of these messages ever holds a personal value."""


class VaultUnavailable(Exception):
    """The keys cannot be asked for now, which says nothing about the record: try again later."""


class KeyRefused(VaultUnavailable):
    """Whoever holds the key that wraps the master key does not let us use it: trying again helps once they do."""


class KeyMissing(Exception):
    """A subject has no key, and never had one in this key table."""


class SealBroken(Exception):
    """Sealed bytes that this subject's key does not open: changed, cut short, or another subject's."""


class WrongMasterKey(RuntimeError):
    """What is at hand is no master key of this platform; the message says what to put where."""
