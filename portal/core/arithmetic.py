"""The arithmetic of rates: integers only, displayed rates rounded down (spec: coverage, "Arithmetic")."""

from __future__ import annotations


def meets(met: int, eligible: int, target: int | None) -> bool | None:
    """Whether ``met / eligible`` reaches `target` per cent; None where nothing is eligible or no target is set."""
    if not eligible or target is None:
        return None
    return 100 * met >= target * eligible


def shortfall(met: int, eligible: int, target: int | None) -> int:
    """The whole number of further subjects needed to reach `target` per cent, never below 0."""
    if target is None:
        return 0
    return max(0, -(-target * eligible // 100) - met)


def rate(met: int, eligible: int) -> str | None:
    """The rate in per cent with two decimals, rounded down, or None where nothing is eligible.

    8,584 of 10,100 is "84.99", never "85.00".
    """
    if not eligible:
        return None
    hundredths = met * 10000 // eligible
    return f"{hundredths // 100}.{hundredths % 100:02d}"
