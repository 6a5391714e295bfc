"""Workers killed with -9 in the middle of an import: once they are back, totals are right and nothing is doubled."""

from collections import Counter

from projections.generations import connected
from tests.e2e.importing import DEALS, check_totals, ended, rows_of, sample, start, with_references
from tests.platform import Platform, platform

TENANT = "chaos"
KILLS = (
    (1000, ("processor crm",)),
    (2000, ("importer",)),
    (3000, ("projector crm",)),
    (4000, ("processor integration", "processor crm")),
    (6000, ("importer", "processor crm", "projector crm", "workflows")),
)
"""After so many rows, these are killed and started again."""


def expected_events() -> Counter[str]:
    """How many events the pipeline's file leads to, by its own rows."""
    found: Counter[str] = Counter()
    for row in rows_of("sales_pipeline.csv"):
        found["crm.DealOpened"] += 1
        found["crm.DealEngaged"] += bool(row["engage_date"])
        found["crm.DealWon"] += row["deal_stage"] == "Won"
        found["crm.DealLost"] += row["deal_stage"] == "Lost"
    return found


def check_once(here: Platform) -> None:
    """Every deal went through each of its steps once."""
    with connected(here.settings, "crm") as connection:
        rows = connection.execute(
            "select type, count(*), count(distinct id), count(distinct event_id), count(distinct command_id) "
            "from history where tenant = %s and aggregate = 'deal' group by type",
            [TENANT],
        ).fetchall()
    assert Counter({type: count for type, count, *_ in rows}) == expected_events()
    assert [row for row in rows if len(set(row[1:])) > 1] == []


def test_an_import_survives_kills_of_every_worker_it_needs() -> None:
    with platform() as here, here.client(TENANT) as client:
        with_references(here, client)
        import_id = start(client, "crm.deal", sample("sales_pipeline.csv"), DEALS)

        def done() -> int:
            answer = client.get(f"/integration/imports/{import_id}")
            return answer.json()["rows"] if answer.is_success else 0

        for rows, parts in KILLS:
            here.until(f"{rows} rows are done", lambda rows=rows: done() >= rows)
            assert done() < 8800, "the import was too quick to be disturbed"
            for part in parts:
                here.kill(part)
            for part in parts:
                here.start(part)
        row = ended(here, client, import_id, 300)
        assert (row["status"], row["rows"], row["rejected"], row["unchanged"]) == ("COMPLETED", 8800, 0, 0)
        assert row["created"] == 8800
        check_totals(client)
        check_once(here)
