"""`holding_changed(holding, by, at)`: a person took or left a job role. Training assigns or releases."""

from django.dispatch import Signal

holding_changed = Signal()
