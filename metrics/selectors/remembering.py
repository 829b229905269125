"""What the last evaluation of a watch found, as pages show it: nothing is worked through again for a look."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from metrics.models import Watch
from metrics.selectors.watching import Progress, progress

FIGURES = ("before", "after", "now", "kept", "kept_low", "kept_high")


def remembered(watch: Watch, *, at: datetime) -> Progress:
    """Progress as it was last found; worked out now only for a watch that was never evaluated."""
    state = getattr(watch, "state", None)
    if state is None or "words" not in state.summary:
        return progress(watch, at=at)
    found = state.summary
    return Progress(
        metric=watch.metric,
        status=watch.status,
        status_label=watch.status_label,
        status_tone=watch.status_tone,
        silent_since=watch.silent_since,
        n=found.get("n_now", 0),
        since=date.fromisoformat(found["since"]) if found.get("since") else None,
        accrued=found.get("accrued", 0.0),
        words=_words(watch, found["words"]),
        **{name: found.get(name) for name in FIGURES},
    )


def _words(watch: Watch, words: str) -> str:
    """Silence is noticed between evaluations."""
    if watch.silent_since and str(watch.silent_since) not in words:
        return _("%(words)s; no values since %(day)s") % {"words": words, "day": watch.silent_since}
    return words
