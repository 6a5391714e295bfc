"""What may be done to many records at once, and what it takes to take each back.

Left out is what makes or ends records for good, and what is of one record alone, such as a name.
"""

from collections.abc import Mapping

MOST = 100_000
"""Records of one bulk change."""

_EVERYWHERE: Mapping[str, tuple[str, ...]] = {
    "set-fields": ("set-fields",),
    "remove": ("restore",),
    "restore": ("remove",),
}
_OF_OWNERS: Mapping[str, tuple[str, ...]] = {
    "assign": ("assign",),
    "share": ("share", "unshare"),
    "unshare": ("share",),
}
_LABELS: Mapping[str, tuple[str, ...]] = {"classify": ("classify",), "tag": ("tag",)}

OFFERED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "crm.contact": {**_OF_OWNERS, **_LABELS, "move": ("move",), **_EVERYWHERE},
    "crm.company": {**_OF_OWNERS, **_LABELS, "place": ("place",), **_EVERYWHERE},
    "crm.deal": {
        **_OF_OWNERS,
        "move": ("move",),
        "win": ("reopen",),
        "lose": ("reopen",),
        "reopen": ("close-again",),
        "convert": ("restore-conversion",),
        "plan": ("plan",),
        "choose-price-book": ("choose-price-book",),
        "set-competitors": ("set-competitors",),
        "set-splits": ("set-splits",),
        "set-contact": ("set-contact", "drop-contact"),
        "drop-contact": ("set-contact",),
        **_EVERYWHERE,
    },
    "crm.activity": {
        **_OF_OWNERS,
        "complete": ("reopen",),
        "cancel": ("reopen",),
        "reopen": ("complete", "cancel"),
        "reschedule": ("reschedule",),
        "add-participant": ("drop-participant",),
        "drop-participant": ("add-participant",),
        "link": ("unlink",),
        "unlink": ("link",),
        **_EVERYWHERE,
    },
    "crm.product": {"reprice": ("reprice",), **_EVERYWHERE},
}
"""By kind of record the verbs of the commands, each with those by which it is taken back."""
