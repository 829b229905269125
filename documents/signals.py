"""`revision_moved(revision, transition, by, at)`: issued, effective or withdrawn. Training assigns or releases."""

from django.dispatch import Signal

revision_moved = Signal()
