"""Stores of models: folders, and object stores by URL."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def reader(location: str | os.PathLike[str]) -> Callable[[str], bytes]:
    """Returns a function that reads a file of the store, and raises `FileNotFoundError` where there is none."""
    if not isinstance(location, str) or "://" not in location:
        folder = Path(location)
        return lambda path: (folder / path).read_bytes()

    try:
        import obstore
    except ImportError as error:
        raise ImportError(f"the store `{location}` needs obstore: pip install obstore") from error
    store = obstore.store.from_url(location)
    return lambda path: obstore.get(store, path).bytes().to_bytes()
