"""What operators do on the command line, in the audit of every tenant that it concerns."""

from infra.operated.deed import Deed, NotRecorded, operated

__all__ = ["Deed", "NotRecorded", "operated"]
