"""Pareto: categories by how much they weigh, the largest first, what is left over last."""

from collections.abc import Mapping
from dataclasses import dataclass

VITAL = 0.8


@dataclass(frozen=True, slots=True)
class Bar:
    """One category. `share` of the whole, `cumulative` with all before it; `before` is its amount in the other time.

    `vital`: needed to reach 80 % of the whole. `key` is None for what is left over.
    """

    key: object
    amount: float
    share: float
    cumulative: float
    before: float | None
    vital: bool


def pareto(
    amounts: Mapping[object, float], before: Mapping[object, float] | None = None, *, most: int = 10
) -> tuple[Bar, ...]:
    """Bars in the order of `amounts`; `before` is laid over them in the same order. Negative amounts: ValueError."""
    if any(amount < 0 for amount in amounts.values()):
        raise ValueError("a Pareto chart adds up what is not negative")
    keys = [*amounts, *(key for key in before or () if key not in amounts)]
    ranked = sorted(keys, key=lambda key: (-amounts.get(key, 0.0), -(before or {}).get(key, 0.0), str(key)))
    if len(ranked) == most + 1:
        most += 1  # what is left over is one category: it is shown as itself
    rows: list[tuple[object, float, float]] = [
        (key, amounts.get(key, 0.0), (before or {}).get(key, 0.0)) for key in ranked[:most]
    ]
    if rest := ranked[most:]:
        rows.append((None, sum(amounts.get(k, 0.0) for k in rest), sum((before or {}).get(k, 0.0) for k in rest)))
    return _bars(rows, has_before=before is not None)


def _bars(rows: list[tuple[object, float, float]], *, has_before: bool) -> tuple[Bar, ...]:
    whole, sum_so_far, found = sum(amount for _, amount, _ in rows), 0.0, []
    for key, amount, was in rows:
        vital = bool(whole) and sum_so_far < VITAL * whole and key is not None and amount > 0
        sum_so_far += amount
        share, cumulative = (amount / whole, sum_so_far / whole) if whole else (0.0, 0.0)
        found.append(Bar(key, amount, share, cumulative, was if has_before else None, vital))
    return tuple(found)
