"""The file: an .npz, which is a zip of NumPy's arrays, written whole and read with care.

Its first member, "chalkgrad", is a text in JSON that says what the others are: "floats", and
"array_1", "array_2", ... Nothing in it is compressed or dated, so that the same content gives the
same bytes, and no member can be larger than the file. The comment at the end of the zip has the
SHA-256 of every byte before. It tells damage; against forgery nothing in a file can help, so what
is read is also checked as if there were no sum, and nothing in a file is ever run.
"""

from __future__ import annotations

import errno
import hashlib
import io
import math
import os
import stat
import zipfile
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from autograd import ArgumentError, OperandError

MOST = 2**31 - 1  # bytes: a zip of the plain kind, which everything can read
_TEXT = "chalkgrad"
_HEAD = b"PK\x03\x04"
_MARK = b"chalkgrad nn.save sha256 "


def checked_path(who: str, path: Any) -> str:
    """The path as a text."""
    try:
        name = os.fspath(path)
    except TypeError:
        raise OperandError(f'{who}: takes the path of a file, such as "model.npz".') from None
    name = os.fsdecode(name)
    if not name or "\0" in name or name.endswith(("/", os.sep)):
        raise ArgumentError(f"{who}: {name!r} is no path of a file.")
    return name


def written(text: str, arrays: list[Any]) -> bytes:
    """The bytes of the file."""
    import numpy as np

    members = {_TEXT: np.frombuffer(text.encode("ascii"), np.uint8)}
    members |= dict(zip(_names(len(arrays)), arrays, strict=True))
    if sum([array.nbytes + 512 for array in members.values()]) > MOST or len(members) > 65000:
        raise ArgumentError("nn.save: this is more than 2 GB, or 65,000 arrays, in one file.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        archive.comment = _MARK + bytes(64)
        for name, array in members.items():
            member = zipfile.ZipInfo(f"{name}.npy")  # of 1980, the first date of a zip
            member.create_system, member.external_attr = 3, 0o644 << 16
            part = io.BytesIO()
            np.lib.format.write_array(part, array, version=(1, 0), allow_pickle=False)
            archive.writestr(member, part.getvalue())
    content = buffer.getvalue()[:-64]
    return content + hashlib.sha256(content).hexdigest().encode()


def write_whole(path: str, content: bytes) -> None:
    """Put the file in its place at once, so that there is always a whole one, or none.

    Where the path is a link, the file that it leads to is written. A process that is killed may
    leave a file of a name such as ".model.npz.0f3c.partial" beside it.

    Raises:
        OSError: when the path can't be written. Nothing is left behind.
    """
    target = Path(os.path.realpath(path))
    partial = target.parent / f".{target.name[:40]}.{token_hex(8)}.partial"
    try:
        mode = _mode_of(target)
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            partial.chmod(mode)
        partial.replace(target)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _told("nn.save: can't write the file", error, path) from None
        raise
    with suppress(OSError):  # where a folder can be asked to last, as on Linux
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path: str) -> tuple[str, list[Any]]:
    """The text and the arrays.

    Raises:
        OSError: when the file can't be read.
        ArgumentError: when it is damaged, or none of ``nn.save``'s.
    """
    content = _content(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = [f"{name}.npy" for name in (_TEXT, *_names(len(members) - 1))]
            if [member.filename for member in members] != names:
                raise ValueError("other members")
            if sum([member.file_size for member in members]) > len(content):
                raise ValueError("members that overlap")
            found = [_array(archive, member) for member in members]
        if found[0].dtype.str != "|u1" or found[0].ndim != 1:
            raise ValueError("no text")
        return found[0].tobytes().decode("ascii"), found[1:]
    except Exception as error:  # noqa: BLE001 - zipfile and NumPy raise many kinds
        raise refused(path, f"has other content than nn.save writes ({error})") from None


def refused(
    path: str, why: str, remedy: str = "load another copy, or save it anew"
) -> ArgumentError:
    """The one error for a file that can't be used, in one line, whatever the file says."""
    why = "".join([c if c.isprintable() else " " for c in why])
    why = why if len(why) <= 600 else f"{why[:600]}..."
    return ArgumentError(f"nn.load: {path!r} {why}. Nothing was changed; {remedy}.")


def _content(path: str) -> bytes:
    """All bytes, of which the sum is right."""
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise refused(path, "is no file but a folder or a device")
        with Path(path).open("rb") as file:
            begin = file.read(30 + len(_TEXT))
            if not _HEAD.startswith(begin[:4]) or not _TEXT.encode().startswith(begin[30:]):
                raise refused(path, "was not written by nn.save")
            if status.st_size > MOST:
                raise refused(path, "has more than 2 GB, which nn.save never writes")
            content = begin + file.read(MOST)
    except OSError as error:
        raise _told("nn.load: can't read the file", error, path) from None
    summed, digest = content[:-64], content[-64:]
    if not summed.endswith(_MARK) or hashlib.sha256(summed).hexdigest().encode() != digest:
        raise refused(
            path, "is damaged or cut short, or another program changed it: its sum is wrong"
        )
    return content


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    """One array, of just the size that it says, before there is memory for it."""
    import numpy as np

    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise ValueError("compressed")
    if member.flag_bits & ~0x800 or member.extra or member.comment:
        raise ValueError("encrypted, or with more than nn.save writes")
    part = io.BytesIO(archive.read(member))  # which checks the sum of the zip
    if np.lib.format.read_magic(part) != (1, 0):
        raise ValueError("another version of NumPy's format")
    shape, by_columns, dtype = np.lib.format.read_array_header_1_0(part)
    rest = part.read()
    count = math.prod(shape)
    if dtype.hasobject or min(shape, default=0) < 0 or count * dtype.itemsize != len(rest):
        raise ValueError("an array of another size")
    array = np.frombuffer(rest, dtype, count).reshape(shape, order="F" if by_columns else "C")
    return array.copy("K")


def _names(count: int) -> list[str]:
    return ["floats", *[f"array_{k}" for k in range(1, count)]]


def _mode_of(target: Path) -> int | None:
    """The permissions of what stands there; refused if it is not to be written over."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(errno.EISDIR, "there is a folder or a device", str(target))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file there is not to be written", str(target))
    return stat.S_IMODE(mode)


def _told(what: str, error: OSError, path: str) -> OSError:
    """The same error, in words that say what was wanted."""
    return OSError(error.errno, f"{what} ({error.strerror})", path)
