"""JavaScript packages that read what is written, fetched from npm's registry."""

import shutil
import subprocess
import tarfile

import pytest


def fetched(package, file, folder):
    """The path of one file of a package, in ``folder``; without npm or its registry, a skip."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm is installed")
    quick = ["--silent", "--fetch-retries=0", "--fetch-timeout=20000"]
    try:
        subprocess.run([npm, "pack", *quick, package], cwd=folder, check=True, timeout=45)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm can't fetch {package}: {error}")
    (packed,) = folder.glob("*.tgz")
    path = folder / file.rpartition("/")[2]
    with tarfile.open(packed) as files:
        path.write_bytes(files.extractfile(f"package/{file}").read())
    return path
