# pyarrow has no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Parquet files: decimals of four places, times in UTC to the microsecond, lists of texts. Every column may be null."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from gateway.sheets.sheet import Row
from projections.columns import Column, Kind

pa: Any = pyarrow
pq: Any = pyarrow.parquet

GROUP = 50_000
"""Rows that are held as columns and written together."""
_TYPES: Mapping[Kind, Any] = {
    "text": pa.string(),
    "enum": pa.string(),
    "integer": pa.int64(),
    # Tables hold nineteen digits; a sum of many has more.
    "number": pa.decimal128(38, 4),
    "boolean": pa.bool_(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "texts": pa.list_(pa.string()),
    "records": pa.string(),
    "object": pa.string(),
}


class Parquet:
    """A Parquet file that is being written."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._schema = pa.schema([pa.field(column.name, _TYPES[column.kind]) for column in columns])
        self._writer: Any = pq.ParquetWriter(str(path), self._schema, compression="zstd")
        self._batches: list[Any] = []
        self._rows = 0

    def add(self, rows: Iterable[Row]) -> None:
        columns = list(zip(*rows, strict=True))
        if not columns:
            return
        arrays = [pa.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._rows += len(columns[0])
        if self._rows >= GROUP:
            self._write()

    def close(self) -> None:
        self._write()
        self._writer.close()

    def _write(self) -> None:
        if self._batches:
            self._writer.write_table(pa.Table.from_batches(self._batches, self._schema), row_group_size=2 * GROUP)
        self._batches.clear()
        self._rows = 0
