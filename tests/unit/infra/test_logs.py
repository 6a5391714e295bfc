"""Logs that cannot be written harm nobody."""

import subprocess
import sys

from infra.settings import ROOT

PROGRAM = """
import logging, sys, structlog
from infra.logs import configure
configure("INFO")
for _ in range(2000):
    structlog.get_logger().info("request", path="/crm/deals")
    logging.getLogger("library").warning("something")
print("worked")
"""


def test_work_goes_on_while_the_disk_of_the_logs_is_full() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, stderr=full, text=True)
    assert done.stdout == "worked\n"
