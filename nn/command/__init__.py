"""The command line: ``python -m nn train --data moons --layers 16 16 --out run``.

main        which command is meant; the manners are those of ``python -m autograd``
commands    what each does, its examples, its options; the page of help
problems    the data that is meant, and what is put aside and scaled of it
tasks       classes or numbers: how many outputs, which loss, what an output says
runs        the folder of a run, and what its run.json has
training    train and resume
predicting  predict
pictures    the loss, what was learnt: by viz, where matplotlib is installed

Exit codes: 0 for an answer, 2 for what was refused, 130 for Ctrl-C, 141 where who reads has gone.
"""

from nn.command.main import main

__all__ = ["main"]
