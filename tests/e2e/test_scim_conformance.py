"""scim2-tester, by the authors of scim2-models, checks that the running server does what RFC 7643 and 7644 say."""

from uuid import uuid4

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from tests.platform import Platform


def test_the_server_does_what_the_rfcs_say(here: Platform) -> None:
    key = here.key(f"tester-{uuid4().hex[:8]}")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=f"{here.url}/scim/v2", headers=headers, timeout=60) as client:
        results = check_server(SyncSCIMClient(client))
    good = [each for each in results if each.status in (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE)]
    wrong = [each for each in results if each not in good and each.status is not Status.SKIPPED]
    assert [f"{each.status.name} {each.title}: {each.reason}" for each in wrong] == []
    skipped = {each.title for each in results if each.status is Status.SKIPPED}
    assert skipped == {"search_with_attributes"}, "searching both kinds at once is not supported"
    assert len(good) > 100
