"""`python -m gateway.graphql` writes the schema beside the other contracts."""

from pathlib import Path

from gateway.graphql.schema import definition
from schemas.avro import FOLDER

FILE = FOLDER / "graphql.graphql"


def write(file: Path) -> None:
    """Writes the schema of what is declared, where it is another by now."""
    text = definition()
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
        print(f"wrote {file.relative_to(FOLDER.parent)}")


if __name__ == "__main__":
    write(FILE)
