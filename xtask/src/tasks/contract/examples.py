"""Every example of the specification, sent to the service or held against its schema: python3 examples.py URL [KEY]."""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema_rs

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def examples(described):
    """The examples of a media type or a parameter, beside its schema or in it."""
    schema = described.get("schema", {})
    named = [example["value"] for example in described.get("examples", {}).values()]
    single = [described[key] for key in ("example",) if key in described]
    return named + single or schema.get("examples", [])


def address(path, operation, served):
    """The operation's path with what is served, or else an example, for every parameter in it."""
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        if parameter["in"] == "path":
            values = [served[name]] if name in served else examples(parameter)
            assert values, f"`{name}` of {path} has no example"
            path = path.replace("{%s}" % name, urllib.parse.quote(str(values[0]), safe=""))
    return path


def bodies(operation):
    """The media type and value of every example of a request's body, or nothing to send."""
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
        self.served = {"model": model["name"], "version": model["version"]}

    def fetch(self, path, method, kind, value, key=True):
        headers = (self.headers if key else {}) | ({"content-type": kind} if kind else {})
        data = json.dumps(value).encode() if kind else None
        request = urllib.request.Request(self.url + path, data, headers, method=method.upper())
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read(), response.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def conforms(self, place, schema, value):
        """Fails when the value is not as the schema says."""
        whole = {"components": self.document["components"]} | schema
        for error in jsonschema_rs.validator_for(whole).iter_errors(value):
            raise AssertionError(f"{place}: {error}")

    def operations(self):
        """Every operation; those that change what is served, which alone are forbidden to some, come last."""
        paths = self.document["paths"].items()
        all_of = [(path, method, item[method]) for path, item in paths for method in METHODS if method in item]
        return sorted(all_of, key=lambda operation: "403" in operation[2]["responses"])

    def check_answers(self, operation):
        """Holds the examples of the answers against their schemas, and gives their number."""
        count = 0
        for status, response in operation["responses"].items():
            for kind, media in response.get("content", {}).items():
                if not kind.endswith("json"):
                    continue
                place = f"{operation['operationId']}, {status}, {kind}"
                values = examples(media)
                assert values, f"{place}: no example"
                for value in values:
                    self.conforms(place, media["schema"], value)
                    assert "problem" not in kind or value["status"] == int(status), place
                count += len(values)
        return count

    def check_requests(self, path, method, operation):
        """Sends the examples of the body, and gives their number."""
        if "403" in operation["responses"] and not self.headers:
            return 0
        sent = bodies(operation)
        for kind, value in sent:
            place = f"{operation['operationId']} of {value}"
            self.check_key(place, operation, address(path, operation, self.served), method, kind, value)
            status, answer, _ = self.fetch(address(path, operation, self.served), method, kind, value)
            assert status == 200, f"{place}: {status} {answer}"
            content = operation["responses"]["200"].get("content", {})
            if "application/json" in content:
                self.conforms(place, content["application/json"]["schema"], json.loads(answer))
        return len(sent)

    def check_key(self, place, operation, *request):
        """Asks without the key that is needed."""
        if not self.headers or "401" not in operation["responses"]:
            return
        status, answer, headers = self.fetch(*request, key=False)
        assert status == 401 and headers["www-authenticate"], f"{place} without a key: {status} {answer}"
        kind = headers.get_content_type()
        self.conforms(place, operation["responses"]["401"]["content"][kind]["schema"], json.loads(answer))


def main(url, key=None):
    specification = Specification(url, key)
    answers = requests = 0
    for path, method, operation in specification.operations():
        answers += specification.check_answers(operation)
        requests += specification.check_requests(path, method, operation)
    print(f"{requests} example requests are answered with 200, {answers} example answers are as their schemas say")


try:
    main(*sys.argv[1:])
except AssertionError as error:
    sys.exit(f"the specification is not true: {error}")
