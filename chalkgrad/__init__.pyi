import nn as nn
import viz as viz
from autograd import *  # noqa: F403 - a stub passes these names on
from autograd import __version__ as __version__
