"""`python -m gateway.catalogue` writes what the console knows of lists, commands and reports."""

from collections.abc import Mapping
from pathlib import Path

from gateway.catalogue.lists import lists
from gateway.catalogue.reports import all_reports
from gateway.catalogue.typescript import catalogue, types

FOLDER = Path(__file__).resolve().parents[1] / "console" / "packages" / "contract" / "src"


def wanted() -> Mapping[str, str]:
    """The generated files by name."""
    known = list(lists())
    return {"catalogue.ts": catalogue(known, all_reports()), "types.ts": types(known)}


def write(folder: Path) -> None:
    """Writes what is declared, where it is another by now."""
    for name, text in wanted().items():
        file = folder / name
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            print(f"wrote {name}")


if __name__ == "__main__":
    write(FOLDER)
