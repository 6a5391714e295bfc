"""What can go wrong with keys. None of these messages ever holds a personal value."""


class VaultUnavailable(Exception):
    """The keys cannot be asked for now, which says nothing about the record: try again later."""


class KeyMissing(Exception):
    """A subject has no key, and never had one in this key table."""


class SealBroken(Exception):
    """Sealed bytes that this subject's key does not open: changed, cut short, or another subject's."""


class WrongMasterKey(RuntimeError):
    """The file at hand holds no master key of this platform; the message says what to put where."""
