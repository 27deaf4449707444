"""Sends every example request of the specification and validates every example response.

Usage: python3 examples.py URL [KEY]
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema_rs

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def examples(described):
    """Returns the examples of a media type or a parameter, beside its schema or in it."""
    schema = described.get("schema", {})
    named = [example["value"] for example in described.get("examples", {}).values()]
    single = [described[key] for key in ("example",) if key in described]
    return named + single or schema.get("examples", [])


def fill_path(path, operation, active):
    """Fills in the path's parameters: from the active model, or else from their examples."""
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        if parameter["in"] == "path":
            values = [active[name]] if name in active else examples(parameter)
            assert values, f"`{name}` of {path} has no example"
            path = path.replace("{%s}" % name, urllib.parse.quote(str(values[0]), safe=""))
    return path


def bodies(operation):
    """Returns the media type and value of every example body, or one empty pair."""
    if "requestBody" not in operation:
        return [(None, None)]
    found = [
        (kind, value)
        for kind, media in operation["requestBody"]["content"].items()
        if kind == "application/json"
        for value in examples(media)
    ]
    optional = not operation["requestBody"].get("required")
    assert found or optional, f"the body of {operation['operationId']} has no example"
    return found or [(None, None)]


class Specification:
    def __init__(self, url, key):
        self.url, self.headers = url, {"x-api-key": key} if key else {}
        self.document = json.loads(self.fetch("/openapi.json", "get", None, None)[1])
        model = json.loads(self.fetch("/v1/model", "get", None, None)[1])
        self.active = {"model": model["name"], "version": model["version"]}

    def fetch(self, path, method, kind, value, key=True):
        headers = (self.headers if key else {}) | ({"content-type": kind} if kind else {})
        data = json.dumps(value).encode() if kind else None
        request = urllib.request.Request(self.url + path, data, headers, method=method.upper())
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def validate(self, location, schema, value):
        """Fails when the value does not conform to the schema."""
        whole = {"components": self.document["components"]} | schema
        for error in jsonschema_rs.validator_for(whole).iter_errors(value):
            raise AssertionError(f"{location}: {error}")

    def operations(self):
        """Returns every operation; those that change the active model come last."""
        operations = [
            (path, method, item[method])
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        ]
        return sorted(operations, key=lambda operation: "403" in operation[2]["responses"])

    def check_responses(self, operation):
        """Validates the example responses and returns their count."""
        count = 0
        for status, response in operation["responses"].items():
            for kind, media in response.get("content", {}).items():
                if not kind.endswith("json"):
                    continue
                location = f"{operation['operationId']}, {status}, {kind}"
                values = examples(media)
                assert values, f"{location}: no example"
                for value in values:
                    self.validate(location, media["schema"], value)
                    assert "problem" not in kind or value["status"] == int(status), location
                count += len(values)
        return count

    def check_requests(self, path, method, operation):
        """Sends the example bodies and returns their count."""
        if "403" in operation["responses"] and not self.headers:
            return 0

        sent = bodies(operation)
        for kind, value in sent:
            location = f"{operation['operationId']} of {value}"
            self.check_key(
                location, operation, fill_path(path, operation, self.active), method, kind, value
            )
            status, response, _ = self.fetch(
                fill_path(path, operation, self.active), method, kind, value
            )
            assert status == 200, f"{location}: {status} {response}"

            content = operation["responses"]["200"].get("content", {})
            if "application/json" in content:
                self.validate(location, content["application/json"]["schema"], json.loads(response))
        return len(sent)

    def check_key(self, location, operation, *request):
        """Sends a request without its API key and expects status 401."""
        if not self.headers or "401" not in operation["responses"]:
            return

        status, response, headers = self.fetch(*request, key=False)
        is_unauthorized = status == 401 and headers["www-authenticate"]
        assert is_unauthorized, f"{location} without a key: {status} {response}"

        media = operation["responses"]["401"]["content"][headers.get_content_type()]
        self.validate(location, media["schema"], json.loads(response))


def main(url, key=None):
    specification = Specification(url, key)
    responses = requests = 0
    for path, method, operation in specification.operations():
        responses += specification.check_responses(operation)
        requests += specification.check_requests(path, method, operation)
    print(f"{requests} example requests have status 200")
    print(f"{responses} example responses conform to their schemas")


try:
    main(*sys.argv[1:])
except AssertionError as error:
    sys.exit(f"the service and its specification differ: {error}")
