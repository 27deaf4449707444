"""Numbers of threads."""

from __future__ import annotations

import operator

#: Maximum number of threads of a call: more never score faster, and may not start.
MAX_THREADS = 1024


def check_threads(threads: object) -> int:
    """Returns a number of threads, and raises an error for a value that is none."""
    try:
        number = operator.index(threads)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"`threads` must be a whole number, not `{type(threads).__name__}`") from None
    if not 1 <= number <= MAX_THREADS:
        raise ValueError(f"`threads` must be 1 to {MAX_THREADS}, not {number}")
    return number
