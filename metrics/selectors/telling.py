"""What became of a value: late, a correction, corrected, struck out, excluded."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from metrics.models import Measurement


@dataclass(frozen=True)
class Told:
    """A row with its marks, each a word and a tone. `counts`: it is one of the values that limits stand on."""

    row: Measurement
    marks: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    counts: bool
    is_excluded: bool


def told(row: Measurement) -> Told:
    """Of a row of `all_values`."""
    corrected = bool(row.corrected_by.all())
    left_out = list(row.left_out)  # type: ignore[attr-defined]
    marks = [
        (_("late"), "info") if row.late and not row.corrects_id else None,
        (_("correction"), "info") if row.corrects_id and row.value is not None else None,
        (_("struck out"), "neutral") if row.value is None else None,
        (_("corrected"), "neutral") if corrected else None,
        (_("excluded"), "warning") if left_out else None,
    ]
    return Told(
        row=row,
        marks=tuple(mark for mark in marks if mark),
        reasons=tuple(text for text in (row.note, *(one.reason for one in left_out)) if text),
        counts=not corrected and row.value is not None and not left_out,
        is_excluded=bool(left_out) and not corrected,
    )
