"""What the policies of built-in roles decide, compared with the same rules in plain words: every role and permission,
on records of everybody."""

from random import Random

import pytest

from domains.admin.builtin_roles import OWNER
from domains.admin.builtin_roles import ROLES as BUILT_IN
from gateway.access.directory import Principal
from gateway.access.routes import permissions as taken
from gateway.access.rules import Rules
from gateway.access.standing import Standing
from projections.catalog import read_models
from projections.visible import Attribute
from tests.permitted import ROLES, Record, Somebody, may, permissions, reaches

OF = {each.permission.rpartition(".")[0]: tuple(each.access) for each in read_models() if each.public}
"""What rules may speak of in records, by what permissions are about."""
NAMES = (frozenset[str](), frozenset({"team:west"}), frozenset({"user:me"}), frozenset({"everybody"}), frozenset({"x"}))


def somebody(role: str) -> tuple[Somebody, Standing]:
    roles = frozenset[str]() if role == "none" else frozenset({role})
    people, regions, teams = frozenset({"me", "mate"}), frozenset({"West"}), frozenset({"west"})
    principal = Principal("me", roles, people, regions, teams)
    return Somebody("me", role, teams, people, regions), Standing(principal, Rules())


def test_no_built_in_role_is_missing() -> None:
    assert set(ROLES) - {"none"} == set(BUILT_IN)
    assert OWNER in ROLES


@pytest.mark.parametrize("role", ROLES)
def test_a_role_permits_what_is_said_of_it_and_nothing_else(role: str) -> None:
    who, standing = somebody(role)
    dice = Random(role)
    for permission in sorted({*permissions().values(), *taken()}):
        declared = OF.get(permission.rpartition(".")[0], ())
        if permission.endswith(".see"):
            declared = ("owner", "territory", "readers", "editors")
        for _ in range(4):
            owner = dice.choice((None, "me", "mate", "stranger", "stranger"))
            record = Record(owner, dice.choice((None, "West", "East")), dice.choice(NAMES), dice.choice(NAMES))
            told: dict[str, Attribute] = {
                name: value
                for name, value in (
                    ("owner", record.owner),
                    ("territory", record.territory),
                    ("readers", tuple(sorted(record.readers))),
                    ("editors", tuple(sorted(record.editors))),
                )
                if name in declared
            }
            known = record if "owner" in declared else Record()
            if "territory" not in declared:
                known = Record(known.owner, None, known.readers, known.editors)
            if "readers" not in declared:
                known = Record(known.owner, known.territory)
            decided = standing.decide(permission, told)
            assert decided.allowed == may(who, permission, known), (permission, told, decided.because)
        if not reaches(role, permission):
            assert not standing.decide(permission, {}).allowed, permission
