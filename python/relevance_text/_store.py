"""Stores of models: folders, and object stores by URL."""

from __future__ import annotations

import hashlib
import json
import operator
import os
import re
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

#: Rule for names of models and aliases, which the command has too.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NAME_RULE = "1 to 64 lower-case letters, digits, `_` and `-`, the first a letter or a digit"

_MODEL = "model.onnx"
_MANIFEST = "manifest.json"


class Store(NamedTuple):
    """A place with models: `NAME/aliases.json`, and `NAME/VERSION/` with a manifest and files."""

    location: str
    read: Callable[[str], bytes]
    """Returns the bytes of a file, and raises `FileNotFoundError` where there is none."""
    folders: Callable[[str], list[str]]
    """Returns the names of the folders in a folder; none where there is no such folder."""


def open_store(location: str | os.PathLike[str]) -> Store:
    """Returns the store at a path or a URL."""
    if not isinstance(location, (str, os.PathLike)):
        raise TypeError(f"a store is a path or a URL, not `{type(location).__name__}`")
    if not isinstance(location, str) or "://" not in location:
        return _folder(Path(location))

    try:
        import obstore
    except ImportError as error:
        raise ImportError(f"the store `{location}` needs obstore: pip install obstore") from error
    store = obstore.store.from_url(location)

    def folders(path: str) -> list[str]:
        found = obstore.list_with_delimiter(store, f"{path}/" if path else None)["common_prefixes"]
        return [str(folder).rstrip("/").rpartition("/")[2] for folder in found]

    return Store(location, lambda path: obstore.get(store, path).bytes().to_bytes(), folders)


def _folder(root: Path) -> Store:
    def folders(path: str) -> list[str]:
        parent = root / path
        return [child.name for child in parent.iterdir() if child.is_dir()] if parent.is_dir() else []

    return Store(os.fspath(root), lambda path: (root / path).read_bytes(), folders)


def read_model(store: Store, name: str, version: int | str) -> bytes:
    """Returns the model file of a version, by number or alias, after a comparison with the version's manifest.

    Raises `ValueError` for a file that was altered or has no usable manifest, `KeyError` for an unknown alias, and
    `FileNotFoundError` for an unknown model or version.
    """
    check_name(name)
    number = _number(store, name, version)
    manifest = _manifest(store, name, number)
    content = store.read(f"{name}/{number}/{_MODEL}")

    expected, got = manifest["files"][_MODEL]["sha256"], hashlib.sha256(content).hexdigest()
    if got != expected:
        raise ValueError(
            f"`{_MODEL}` of version {number} of `{name}` was altered: its sha256 is {got}, the manifest has {expected}"
        )
    return content


def check_name(name: object) -> None:
    """Raises an error for a value that cannot be the name of a model in a store."""
    if not isinstance(name, str):
        raise TypeError(f"`name` must be a string, not `{type(name).__name__}`")
    if not _NAME.fullmatch(name):
        raise ValueError(f"`name` is {name!r}, it must be {_NAME_RULE}")


def _number(store: Store, name: str, version: object) -> int:
    """Returns the number of a version."""
    if isinstance(version, str):
        if version.isdecimal():
            return int(version)
        return _resolve(store, name, version)
    try:
        return operator.index(version)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"`version` must be a number or an alias, not `{type(version).__name__}`") from None


def _resolve(store: Store, name: str, alias: str) -> int:
    """Returns the number of the version that an alias names."""
    try:
        aliases = json.loads(store.read(f"{name}/aliases.json"))
    except FileNotFoundError:
        aliases = {}
    # Keys that are no aliases begin with `_`.
    numbers = {key: int(number) for key, number in aliases.items() if not key.startswith("_")}
    if alias in numbers:
        return numbers[alias]

    versions = _versions(store, name)
    listed = ", ".join(f"{key} ({number})" for key, number in sorted(numbers.items())) or "none"
    command = f"relevance models promote {versions[-1]} --store={quote(store.location)} --name={name}"
    advice = f"set it with `{command}`, or" if alias == "production" else "choose one of them, or"
    raise KeyError(
        f"the model `{name}` has no alias `{alias}`, its aliases are: {listed}; {advice} pass the number of a version, "
        f"as version={versions[-1]}"
    )


def _manifest(store: Store, name: str, version: int) -> dict[str, Any]:
    """Returns the manifest of a version."""
    try:
        content = store.read(f"{name}/{version}/{_MANIFEST}")
    except FileNotFoundError as error:
        # A folder without a manifest is not a version.
        versions = ", ".join(str(number) for number in _versions(store, name) if number != version) or "none"
        message = f"the model `{name}` in `{store.location}` has no version {version}, its versions are: {versions}"
        raise FileNotFoundError(message) from error

    where = f"the manifest of version {version} of `{name}`"
    try:
        manifest: dict[str, Any] = json.loads(content)
        is_of_version = (manifest["name"], manifest["version"]) == (name, version)
        manifest["files"][_MODEL]["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{where} cannot be read, or lists no `{_MODEL}`") from error
    if not is_of_version:
        raise ValueError(f"{where} is that of version {manifest['version']} of `{manifest['name']}`")
    return manifest


def _versions(store: Store, name: str) -> list[int]:
    """Returns the numbers of the versions of a model, ascending, and raises `FileNotFoundError` without any."""
    versions = sorted(int(folder) for folder in store.folders(name) if folder.isdecimal())
    if not versions:
        names = ", ".join(sorted(filter(_NAME.fullmatch, store.folders("")))) or "none"
        raise FileNotFoundError(f"the store `{store.location}` has no model `{name}`, its models are: {names}")
    return versions
