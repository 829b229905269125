from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH, HEIGHT, EDGE = 96, 26, 3


def sparkline(values: Sequence[float], words: str, *, after: int | None = None) -> SafeString:
    """The newest values as a line as small as a word, with the last one as a dot.

    `after` is the place of the first value that came after the improvement: what was before is drawn paler.
    """
    if len(values) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    reach = (high - low) or 1.0
    spots = [
        (EDGE + at * step, HEIGHT - EDGE - (value - low) / reach * (HEIGHT - 2 * EDGE))
        for at, value in enumerate(values)
    ]
    cut = min(max(after or 0, 0), len(spots) - 1)
    before, since = (" ".join(f"{x:.1f},{y:.1f}" for x, y in part) for part in (spots[: cut + 1], spots[cut:]))
    x, y = spots[-1]
    return format_html(
        '<svg class="hf-spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<polyline class="hf-spark-before" points="{}"/><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2.5"/></svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, words, before, since, f"{x:.1f}", f"{y:.1f}",
    )  # fmt: skip
