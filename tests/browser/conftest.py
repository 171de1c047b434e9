"""What the tests of pictures in their real readers share."""

import shutil
import subprocess
from contextlib import closing
from functools import cache

import pytest

from autograd import ArgumentError
from tools import chromium
from tools.pictures import PICTURES
from viz import draw

ALIEN = "suffix must be one of"  # what draw says of a format that it has not


@pytest.fixture(scope="session")
def chrome():
    """One Chromium for all tests."""
    if not chromium.found():
        pytest.skip("no Chromium is installed")
    try:
        browser = chromium.Browser()
    except (OSError, TimeoutError) as error:
        pytest.skip(f"Chromium does not start here: {error}")
    with closing(browser):
        yield browser


@pytest.fixture
def browser(chrome):
    """The same, with a light screen of 1600 x 900."""
    chrome.look_like("light")
    return chrome


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """``drawn(name, suffix)``: the file of one of the pictures, drawn once."""
    folder = tmp_path_factory.mktemp("drawn")

    @cache
    def drawing(name):
        return draw(PICTURES[name].build())

    @cache
    def file(name, suffix):
        try:
            return drawing(name).save(folder / f"{name}.{suffix}")
        except ArgumentError as error:
            return error

    def get(name, suffix):
        made = file(name, suffix)
        if isinstance(made, ArgumentError):
            pytest.skip(str(made))
        return made

    return get


@pytest.fixture(scope="session")
def run():
    """``run(program, *arguments)``: what an installed program prints."""

    def call(program, *arguments):
        if not shutil.which(program):
            pytest.skip(f"no {program} is installed")
        command = [program, *map(str, arguments)]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    return call
