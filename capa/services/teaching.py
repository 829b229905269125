"""Training that a CAPA leads to. It is never the only action: training alone removes no cause (`plan`)."""

from typing import Any

from django.db import transaction

from capa.models import Capa
from evidence import services as evidence
from people.models import User
from training import services as training
from training.models import Requirement
from training.states import Reason


@transaction.atomic
def require_training(capa: Capa, *, by: User, **asked: Any) -> Requirement:
    """Have people trained because of this CAPA; who knew it before learns it again. Raises what training refuses."""
    made = training.train_because(capa, by=by, reason=Reason.CAPA, **asked)
    evidence.record_event("training required", capa, by=by, note=f"{made.number} {made.title}"[:300])
    return made
