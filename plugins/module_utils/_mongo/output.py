# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, plain or compressed, that know their size and SHA-256 when they are closed."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .._core.errors import Failed
from .._core.files import SECRET_MODE

if TYPE_CHECKING:
    from typing_extensions import Self

LEVEL = 1
"""Level 6 of the standard library is slower than mongodump; level 1 costs some 10 % of size."""


class _Counted(io.RawIOBase):
    """What is written goes to the file, to the digest and to the count."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
        os.fchmod(self._handle, SECRET_MODE)
        self.digest = hashlib.sha256()
        self.count = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        written = 0
        while written < len(view):
            written += os.write(self._handle, view[written:])
        self.digest.update(view)
        self.count += written
        return written

    def sync(self) -> None:
        os.fsync(self._handle)

    def close(self) -> None:
        if not self.closed:
            os.close(self._handle)
        super().close()


class Output:
    """A new file at ``path``, mode 0600; ``facts`` once it is closed. Raises Failed ``mongo.disk`` when it cannot be written."""

    def __init__(self, path: Path, root: Path) -> None:
        self._path, self._root = path, root
        self.facts: dict[str, Any] = {}
        try:
            self._file = _Counted(path)
        except OSError as error:
            raise self._failure(error) from error
        self._stream: Any = self._file

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
        except OSError as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._finish(whole=kind is None)
        except OSError as fault:
            if kind is None:
                raise self._failure(fault) from fault

    def _finish(self, whole: bool) -> None:
        try:
            if self._stream is not self._file:
                self._stream.close()
            if whole:
                self._file.sync()
        finally:
            self._file.close()
        relative = str(self._path.relative_to(self._root))
        self.facts = {"path": relative, "bytes": self._file.count, "sha256": self._file.digest.hexdigest()}

    def _failure(self, error: OSError) -> Failed:
        return Failed("mongo.disk", path=str(self._path.parent), found=error.strerror or str(error))


class GzipOutput(Output):
    """The same, compressed as it is written."""

    def __init__(self, path: Path, root: Path) -> None:
        super().__init__(path, root)
        self._stream = compressor(self._file)


def compressor(target: io.RawIOBase) -> Any:
    """A gzip writer: isal where it can be imported, else the standard library."""
    try:
        from isal import igzip
    except ImportError:
        return gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=LEVEL, mtime=0)
    return igzip.IGzipFile(filename="", fileobj=target, mode="wb", compresslevel=LEVEL, mtime=0)  # type: ignore[no-untyped-call]
