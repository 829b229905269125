import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from people.models import User
from records.models import Action
from reviews.models import Review


def reviews() -> QuerySet[Review]:
    return Review.objects.select_related("site", "process", "owner")


def unfinished_outputs(review: Review) -> QuerySet[Action]:
    """Actions of the review that nobody has verified yet."""
    return Action.objects.filter(record=review, status__in=["open", "done"])


def review_overview(review: Review, user: User) -> dict[str, Any]:
    outputs = review.outputs.select_related("action", "action__who")
    return {"agenda": list(review.agenda.all()), "outputs": list(outputs)}


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value, as hex."""
    text = json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
