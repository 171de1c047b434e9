"""``python -m chalkgrad``: the same as ``python -m autograd``, by chalkgrad's own autograd."""

import importlib
import sys

import chalkgrad

if __name__ == "__main__":
    chalkgrad.Value  # noqa: B018 - an error that tells the way out if another autograd is found
    command = importlib.import_module("autograd.command")
    sys.exit(command.main(prog="python -m chalkgrad"))
