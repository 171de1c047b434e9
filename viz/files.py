"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from autograd import collector_paused

__all__ = ["collector_paused", "write_whole"]  # what drawings need


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also where several threads write to one path.

    Where ``path`` is a link, the file that it leads to is written.
    """
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    partial = target.with_name(f".{uuid.uuid4().hex}.partial")
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OSError(
            error.errno, f"draw: can't write the picture ({error.strerror})", str(path)
        ) from None
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
