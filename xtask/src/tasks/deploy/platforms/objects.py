"""Validates objects of Kubernetes, a JSON array on standard input, strictly and for several versions.

Usage: python3 objects.py WHEELS VERSION...

Objects of KServe and of the Prometheus Operator are validated by schemas that are made from the classes of their Python
packages, whose wheels are in the folder WHEELS.
"""

import ast
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import referencing
from kubernetes_validate import utils  # type: ignore[import-untyped]

Schema = dict[str, Any]

KUBERNETES = "https://kubernetes.io/api/_definitions.json"
OWN = "https://relevance.invalid/classes.json"
SIMPLE: dict[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
}


def closed(properties: Schema, required: list[str]) -> Schema:
    """Returns the schema of an object without any other property."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


class Classes:
    """Schemas of the classes of a package, made when they are first referred to."""

    def __init__(self, core: Schema, make: Callable[["Classes", str], Schema | None]) -> None:
        self.core = core
        self.make = make
        self.definitions: Schema = {}

    def reference(self, name: str) -> Schema:
        """Returns a reference to the schema of a class."""
        if name not in self.definitions:
            # Before its properties, which may refer to it.
            self.definitions[name] = {}
            made = self.make(self, name)
            self.definitions[name] = self.of_kubernetes(name) if made is None else made
        return {"$ref": f"{OWN}#/$defs/{name}"}

    def of_kubernetes(self, name: str) -> Schema:
        """Returns a reference to a definition of Kubernetes such as `V1Container` or `ObjectMeta`."""
        match = re.fullmatch(r"(?:V(\d\w*?))?([A-Z]\w*)", name)
        suffix = f".{(match[1] or '1').lower()}.{match[2]}" if match else ""
        for package in ("io.k8s.api.core.v", "io.k8s.apimachinery.pkg.apis.meta.v"):
            key = package + suffix.removeprefix(".")
            if key in self.core:
                return {"$ref": f"{KUBERNETES}#/$defs/{key}"}
        # A field of a class that no package has must not be used.
        return {"not": {}}


def kserve(wheel: zipfile.ZipFile) -> Callable[[Classes, str], Schema | None]:
    """Reads the classes of KServe's package, which list their types as `list[V1Container]`."""
    files = {Path(name).stem.replace("_", ""): name for name in wheel.namelist() if name.startswith("kserve/models/")}

    def type_schema(classes: Classes, text: str) -> Schema:
        if match := re.fullmatch(r"list\[(.+)]", text):
            return {"type": "array", "items": type_schema(classes, match[1])}
        if match := re.fullmatch(r"dict\(str, (.+)\)", text):
            return {"type": "object", "additionalProperties": type_schema(classes, match[1])}
        if text == "object":
            return {}
        return SIMPLE.get(text) or classes.reference(text)

    def make(classes: Classes, name: str) -> Schema | None:
        if name.lower() not in files:
            return None
        source = wheel.read(files[name.lower()]).decode()
        fields = {
            ast.unparse(statement.targets[0]): ast.literal_eval(statement.value)
            for body in ast.parse(source).body
            if isinstance(body, ast.ClassDef)
            for statement in body.body
            if isinstance(statement, ast.Assign)
        }
        names = fields["attribute_map"]
        properties = {names[key]: type_schema(classes, text) for key, text in fields["openapi_types"].items()}
        required = re.findall(r"Invalid value for `(\w+)`, must not be `None`", source)
        return closed(properties, [names[key] for key in required])

    return make


def prometheus_operator(wheel: zipfile.ZipFile) -> Callable[[Classes, str], Schema | None]:
    """Reads the classes of a package of pydantic models."""
    source = wheel.read("cloudcoil/models/prometheus_operator/v1.py").decode()
    # Each class alone is parsed, since there are thousands of lines.
    found = re.finditer(r"^class (\w+).*?(?=^\S|\Z)", source, re.MULTILINE | re.DOTALL)
    sources = {match[1]: match[0] for match in found}

    def type_schema(classes: Classes, node: ast.expr) -> Schema:
        if isinstance(node, ast.Name | ast.Attribute):
            name = ast.unparse(node).rpartition(".")[2]
            return SIMPLE.get(name) or classes.reference(name)
        if not isinstance(node, ast.Subscript):
            raise SystemExit(f"the type `{ast.unparse(node)}` is unknown")
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        match ast.unparse(node.value):
            case "Optional":
                return type_schema(classes, parts[0])
            case "Literal":
                return {"enum": [ast.literal_eval(part) for part in parts]}
            case "List":
                return {"type": "array", "items": type_schema(classes, parts[0])}
            case "Dict":
                return {"type": "object", "additionalProperties": type_schema(classes, parts[1])}
            case "Annotated":
                return {**keywords(parts[1]), **type_schema(classes, parts[0])}
            case _:
                return {"anyOf": [type_schema(classes, part) for part in parts]}

    def make(classes: Classes, name: str) -> Schema | None:
        if name not in sources:
            return None
        (body,) = ast.parse(sources[name]).body
        assert isinstance(body, ast.ClassDef)
        fields = [statement for statement in body.body if isinstance(statement, ast.AnnAssign)]
        properties, required = {}, []
        for field in fields:
            schema = type_schema(classes, field.annotation)
            alias = schema.pop("alias", ast.unparse(field.target))
            properties[alias] = schema
            if field.value is None:
                required.append(alias)
        return closed(properties, required)

    return make


def keywords(field: ast.expr) -> Schema:
    """Returns name and pattern from `Field(alias="jobLabel", pattern="…")`."""
    assert isinstance(field, ast.Call)
    used = [keyword for keyword in field.keywords if keyword.arg in ("alias", "pattern")]
    return {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in used}


class Validator:
    """Validates objects by their version and kind."""

    def __init__(self, wheels: Path, versions: list[str]) -> None:
        self.versions = versions
        strict = f"kubernetes-json-schema/v{max(utils.all_versions(), key=utils.Version)}-local-strict"
        core = utils.schema_contents(f"{strict}/_definitions.json", versions[-1])
        self.core = referencing.Resource.from_contents(core)

        opened = {name: zipfile.ZipFile(next(wheels.glob(f"{name}-*.whl"))) for name in ("kserve", "cloudcoil_*")}
        self.packages = {
            "serving.kserve.io": Classes(core["$defs"], kserve(opened["kserve"])),
            "monitoring.coreos.com": Classes(core["$defs"], prometheus_operator(opened["cloudcoil_*"])),
        }

    def errors(self, item: Schema) -> Iterator[str]:
        """Returns what is wrong in an object."""
        name = f"{item.get('kind')} {item.get('metadata', {}).get('name')}"
        if "apiVersion" not in item or "kind" not in item:
            yield f"{name}: `apiVersion` or `kind` is missing"
            return
        group, _, version = item["apiVersion"].rpartition("/")
        if group in self.packages:
            is_kserve = group == "serving.kserve.io"
            class_name = version.capitalize() + item["kind"] if is_kserve else item["kind"]
            yield from (f"{name}: {error}" for error in self.errors_by_class(item, self.packages[group], class_name))
            return
        for each in self.versions:
            try:
                utils.validate(item, each, strict=True)
            except utils.ValidationError as error:
                yield f"{name}, Kubernetes {each}: {error.json_path}: {error.message}"
            except utils.SchemaNotFoundError as error:
                yield f"{name}: {error.message}"

    def errors_by_class(self, item: Schema, classes: Classes, name: str) -> Iterator[str]:
        schema = classes.reference(name)
        own = referencing.jsonschema.DRAFT202012.create_resource({"$id": OWN, "$defs": classes.definitions})
        registry = own @ (self.core @ referencing.Registry[Any]())
        validator = jsonschema.Draft202012Validator(schema, registry=registry)
        for error in validator.iter_errors(item):
            yield f"{error.json_path}: {error.message}"


def main() -> None:
    """Prints every error, and fails when there is one."""
    validator = Validator(Path(sys.argv[1]), sys.argv[2:])
    items = json.load(sys.stdin)
    errors = [error for item in items for error in validator.errors(item)]
    if errors:
        raise SystemExit("\n".join(errors))


if __name__ == "__main__":
    main()
