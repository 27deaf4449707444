"""Compares Terraform's resources of Google Cloud, as JSON on standard input, with a typed package of that provider.

Usage: python3 google.py WHEELS

The folder WHEELS has the wheel of `pulumi-gcp`, whose classes are generated from the provider. It has the same names,
but for lists: `env` is `envs` there.
"""

import ast
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Block = dict[str, Any]

# Module and class of each resource in the package.
RESOURCES = {
    "google_artifact_registry_repository": ("artifactregistry/repository", "Repository"),
    "google_cloud_run_v2_job": ("cloudrunv2/job", "Job"),
    "google_cloud_run_v2_job_iam_member": ("cloudrunv2/job_iam_member", "JobIamMember"),
    "google_cloud_run_v2_service": ("cloudrunv2/service", "Service"),
    "google_cloud_run_v2_service_iam_member": ("cloudrunv2/service_iam_member", "ServiceIamMember"),
    "google_cloud_scheduler_job": ("cloudscheduler/job", "Job"),
    "google_project_service": ("projects/service", "Service"),
    "google_secret_manager_secret": ("secretmanager/secret", "Secret"),
    "google_secret_manager_secret_iam_member": ("secretmanager/secret_iam_member", "SecretIamMember"),
    "google_secret_manager_secret_version": ("secretmanager/secret_version", "SecretVersion"),
    "google_service_account": ("serviceaccount/account", "Account"),
    "google_storage_bucket": ("storage/bucket", "Bucket"),
    "google_storage_bucket_iam_member": ("storage/bucket_iam_member", "BucketIAMMember"),
}
# Arguments of every resource.
META = {"count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "timeouts"}


class Package:
    """Classes of the package, by module."""

    def __init__(self, wheel: zipfile.ZipFile) -> None:
        self.wheel = wheel

    @cache  # noqa: B019
    def functions(self, module: str, name: str) -> list[ast.FunctionDef]:
        """Returns the functions of a class."""
        source = self.wheel.read(f"pulumi_gcp/{module}.py").decode()
        # A module has many classes: only this one is parsed.
        match = re.search(rf"^class {name}\b.*?(?=^\S|\Z)", source, re.MULTILINE | re.DOTALL)
        assert match, f"{module}.py has no class {name}"
        body = ast.parse(match[0]).body[0]
        assert isinstance(body, ast.ClassDef)
        return [function for function in body.body if isinstance(function, ast.FunctionDef)]

    def arguments(self, module: str, name: str) -> tuple[dict[str, str], set[str]]:
        """Returns the types of a class's arguments, and the names of those that it must have."""
        functions = self.functions(module, name)
        arguments = next(function.args for function in functions if function.name == "__init__")
        pairs = list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
        types = {argument.arg: ast.unparse(argument.annotation or ast.Constant(None)) for argument, _ in pairs}
        return types, {argument.arg for argument, default in pairs if default is None}

    def attributes(self, resource: str) -> set[str]:
        """Returns the names that an expression may have after a resource."""
        functions = self.functions(*RESOURCES[resource])
        return {function.name for function in functions if function.decorator_list} | {"id"}


def check_block(package: Package, block: Block, module: str, name: str, path: str) -> Iterator[str]:
    """Returns the unknown and the missing arguments of a block and of those in it."""
    types, required = package.arguments(module, name)
    known = {singular: argument for argument in types for singular in singulars(argument)}
    for key, value in block.items():
        if key in META and key not in known:
            continue
        if key not in known:
            yield f"{path} has no argument `{key}`"
            continue
        required.discard(known[key])
        nested = re.search(r"'(\w+)'", types[known[key]])
        if nested:
            inputs = f"{module.partition('/')[0]}/_inputs"
            for each in value if isinstance(value, list) else [value]:
                yield from check_block(package, each, inputs, nested[1], f"{path}.{key}")
    yield from (f"{path} needs the argument `{argument}`" for argument in sorted(required))


def singulars(argument: str) -> list[str]:
    """Returns the names in Terraform that an argument of the package may have."""
    endings = (("ies", "y"), ("ses", "s"), ("s", ""))
    return [argument, *(argument.removesuffix(end) + new for end, new in endings if argument.endswith(end))]


def strings(value: Any) -> Iterator[str]:
    """Returns every string at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def check_references(package: Package, folder: Block, resources: dict[str, Block]) -> Iterator[str]:
    """Returns the expressions that name no resource, attribute, variable or local value of the folder."""
    declared = {kind: set().union(*(file.get(kind, {}) for file in folder.values())) for kind in ("variable", "output")}
    local = {name for file in folder.values() for block in file.get("locals", []) for name in block}
    used = set()
    for expression in (text for text in strings(folder) if "${" in text):
        for kind, name in re.findall(r"\b(var|local)\.(\w+)", expression):
            used.add(f"{kind}.{name}")
            if name not in (declared["variable"] if kind == "var" else local):
                yield f"`{kind}.{name}` is used, and not declared"
        for kind, name, attribute in re.findall(r"\b(google_\w+)\.(\w+)(?:\.(\w+))?", expression):
            if name not in resources.get(kind, {}):
                yield f"`{kind}.{name}` is used, and not declared"
            elif attribute and attribute not in package.attributes(kind):
                yield f"`{kind}.{name}` has no attribute `{attribute}`"
    yield from (f"`var.{name}` is declared, and not used" for name in declared["variable"] if f"var.{name}" not in used)


def main() -> None:
    """Prints every error, and fails when there is one."""
    package = Package(zipfile.ZipFile(next(Path(sys.argv[1]).glob("pulumi_gcp-*.whl"))))
    folder: Block = json.load(sys.stdin)
    resources: dict[str, Block] = {}
    for file in folder.values():
        for kind, named in file.get("resource", {}).items():
            resources.setdefault(kind, {}).update(named)

    unknown = resources.keys() - RESOURCES.keys()
    errors = [f"no such resource, or it is not listed in google.py: `{kind}`" for kind in sorted(unknown)]
    for kind in resources.keys() - unknown:
        module, name = RESOURCES[kind]
        for label, blocks in resources[kind].items():
            for block in blocks:
                errors += check_block(package, block, module, f"{name}Args", f"{kind}.{label}")
    if not errors:
        errors += check_references(package, folder, resources)
    if errors:
        raise SystemExit("\n".join(errors))


if __name__ == "__main__":
    main()
