"""What a gateway imports before it answers."""

import subprocess
import sys

from infra.settings import ROOT

SCRIPT = """
import sys
from gateway.app import create_app
from infra.settings import Settings
create_app(Settings())
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_gateway_starts_without_what_only_directories_and_files_need() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    assert "fastapi" in imported
    assert {"scim2_models", "sklearn", "pandas", "tensorflow", "spacy"}.isdisjoint(imported)
