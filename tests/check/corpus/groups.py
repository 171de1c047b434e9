"""The corpus by groups: what was made up, and the two halves of what was collected."""

from . import seen, unseen
from .bugs import BUGS
from .nasty import NASTY

GROUPS = {  # (wrong, right)
    "made up": (BUGS, NASTY),
    "seen": (seen.WRONG, seen.RIGHT),
    "unseen": (unseen.WRONG, unseen.RIGHT),
}
WRONG = [c for wrong, _ in GROUPS.values() for c in wrong]
RIGHT = [c for _, right in GROUPS.values() for c in right]
