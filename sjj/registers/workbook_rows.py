"""Rows of a sheet that lie on the disk as lines of JSON, a thousand rows each, read as they are asked for.

A sheet of a hundred thousand rows never stands in memory as a whole. Knows nothing of what the cells mean.
"""

import json
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import IO, Any, overload

from sjj.registers.workbook_child import PIECE

Cell = str | float | int | bool | None


class Spool:
    """A file without a name, gone with whoever holds it last."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        weakref.finalize(self, self.file.close)

    def line_starts(self) -> list[int]:
        """Where each line begins."""
        self.file.seek(0)
        starts, place = [], 0
        for line in self.file:
            starts.append(place)
            place += len(line)
        return starts

    def line_at(self, start: int) -> Any:
        """What the line that begins there says."""
        self.file.seek(start)
        return json.loads(self.file.readline())


class SpooledRows(Sequence[list[Cell]]):
    """The rows behind these lines; the line used last stays in memory."""

    def __init__(self, spool: Spool, starts: list[int], length: int) -> None:
        self._spool, self._starts, self._length = spool, starts, length
        self._held = -1
        self._piece: list[list[Cell]] = []

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> list[Cell]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[Cell]]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self._row(each) for each in range(*place.indices(self._length))]
        return self._row(range(self._length)[place])

    def __iter__(self) -> Iterator[list[Cell]]:
        return (self._row(place) for place in range(self._length))

    def _row(self, place: int) -> list[Cell]:
        line = place // PIECE
        if line != self._held:
            self._held, self._piece = line, self._spool.line_at(self._starts[line])
        return self._piece[place % PIECE]
