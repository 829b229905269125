"""The one signal of this app (upwards): a watched gain slips."""

from django.dispatch import Signal

# Sent once for each RED, in its transaction: red=metrics.models.Signal, watch=Watch, by=User, at=datetime.
backslid = Signal()
