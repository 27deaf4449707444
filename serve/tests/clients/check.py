"""Calls a running service with the public clients of the Open Inference Protocol, and fails on the first difference.

Usage: check.py OPEN LOCKED KEY, where OPEN is the address of a service without keys and LOCKED of one that takes KEY.
"""

import json
import sys
import urllib.error
import urllib.request

import grpc
import numpy as np
import tritonclient.grpc as over_grpc
import tritonclient.http as over_http
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from tritonclient.utils import InferenceServerException

MODEL = "relevance"
TOLERANCE = 1e-6
TEXTS = [
    "flood waters are rising, families evacuated",
    "hello",
    "🔥 FIRE 🔥 in Port-au-Prince #haiti http://example.org/x_y",
    "洪水が迫っている earthquake مياه",
]
SERVICE = "inference.GRPCInferenceService"


def same(got, want, what):
    if got != want:
        raise SystemExit(f"{what}: got {got!r}, want {want!r}")


def request(address, path, body=None, key=None):
    """Status and body of a plain request."""
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{address}{path}", data, headers)) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def rejected(call, *parts):
    """Fails unless the call is rejected with a message that contains the parts."""
    try:
        call()
    except InferenceServerException as error:
        message = f"{error.status()} {error.message()}"
        missing = [part for part in parts if part not in message]
        same(missing, [], f"parts that are not in `{message}`")
        return
    raise SystemExit(f"was not rejected: {parts}")


def tensor(client, shape, texts=TEXTS, name="text", datatype="BYTES"):
    one = client.InferInput(name, shape, datatype)
    data = np.array([text.encode() for text in texts], dtype=np.object_).reshape(shape)
    return one, data


def predictions(address):
    """The predictions of /v1/predict."""
    responses = [request(address, "/v1/predict", {"text": text}) for text in TEXTS]
    same([status for status, _ in responses], [200] * len(TEXTS), "/v1/predict")
    return [prediction for _, prediction in responses]


def compare(result, shape, want, what):
    probabilities, labels = result.as_numpy("probability"), result.as_numpy("label")
    same((probabilities.dtype, probabilities.shape), (np.dtype(np.float32), tuple(shape)), f"{what}: probability")
    same(labels.shape, tuple(shape), f"{what}: label")
    for probability, label, prediction in zip(probabilities.flatten(), labels.flatten(), want):
        difference = abs(float(probability) - prediction["probability"])
        same(difference <= TOLERANCE, True, f"{what}: {probability} is {prediction['probability']}")
        label = label if isinstance(label, str) else label.decode()
        same(label, prediction["label"], what)


def check_http(address, want):
    with over_http.InferenceServerClient(address) as client:
        same(client.is_server_live(), True, "live over HTTP")
        same(client.is_server_ready(), True, "ready over HTTP")
        same(client.is_model_ready(MODEL), True, "model ready over HTTP")
        same("binary_tensor_data" in client.get_server_metadata()["extensions"], True, "extensions")
        metadata = client.get_model_metadata(MODEL)
        same([one["name"] for one in metadata["inputs"]], ["text"], "inputs")
        same([one["datatype"] for one in metadata["outputs"]], ["FP32", "BYTES", "INT64"], "outputs")
        version = metadata["versions"][0]
        same(client.is_model_ready(MODEL, version), True, "version ready over HTTP")
        for shape in ([len(TEXTS)], [len(TEXTS), 1]):
            for binary_in in (True, False):
                for binary_out in (None, True, False):
                    what = f"HTTP {shape} binary in {binary_in} out {binary_out}"
                    one, data = tensor(over_http, shape)
                    one.set_data_from_numpy(data, binary_data=binary_in)
                    outputs = None
                    if binary_out is not None:
                        names = ("label", "probability")
                        outputs = [over_http.InferRequestedOutput(name, binary_data=binary_out) for name in names]
                    result = client.infer(MODEL, [one], version, outputs=outputs, request_id="7")
                    same(result.get_response()["id"], "7", what)
                    same(result.get_response()["model_version"], version, what)
                    compare(result, shape, want, what)
        one, data = tensor(over_http, [len(TEXTS)])
        one.set_data_from_numpy(data)
        strict = client.infer(MODEL, [one], parameters={"threshold": 1.0}).as_numpy("label")
        same(len(set(strict.tolist())), 1, "labels at threshold 1")
        zipped = client.infer(MODEL, [one], request_compression_algorithm="gzip")
        compare(zipped, [len(TEXTS)], want, "gzip over HTTP")
        check_known_terms(over_http, client, one, want)
        same(client.get_model_config(MODEL)["max_batch_size"], 0, "configuration over HTTP")
        [statistics] = client.get_inference_statistics(MODEL)["model_stats"]
        same(statistics["inference_count"] >= len(TEXTS), True, "statistics over HTTP")
        check_rejections(over_http, client)


def check_known_terms(kind, client, one, want):
    result = client.infer(MODEL, [one], outputs=[kind.InferRequestedOutput("known_terms")])
    counts = result.as_numpy("known_terms").flatten().tolist()
    same(counts, [prediction["known_terms"] for prediction in want], "known terms")


def check_rejections(kind, client):
    is_http = kind is over_http
    unknown, invalid = ("404", "400") if is_http else ("NOT_FOUND", "INVALID_ARGUMENT")
    one, data = tensor(kind, [len(TEXTS)])
    one.set_data_from_numpy(data)
    rejected(lambda: client.infer("sentiment", [one]), unknown, "`sentiment`")
    rejected(lambda: client.infer(MODEL, [one], "999"), unknown, "`999`")
    rejected(lambda: client.get_model_metadata("sentiment"), unknown, "`sentiment`")
    rejected(lambda: client.infer(MODEL, [one], outputs=[kind.InferRequestedOutput("score")]), invalid, "`score`")
    numbers = kind.InferInput("text", [1], "FP32")
    numbers.set_data_from_numpy(np.array([1.0], dtype=np.float32))
    rejected(lambda: client.infer(MODEL, [numbers]), invalid, "`FP32`")
    wide, data = tensor(kind, [2, 2])
    wide.set_data_from_numpy(data)
    rejected(lambda: client.infer(MODEL, [wide]), invalid, "[2, 2]")
    other, data = tensor(kind, [len(TEXTS)], name="input_0")
    other.set_data_from_numpy(data)
    rejected(lambda: client.infer(MODEL, [other]), invalid, "`input_0`")


def check_grpc(address, want):
    with over_grpc.InferenceServerClient(address) as client:
        same(client.is_server_live(), True, "live over gRPC")
        same(client.is_server_ready(), True, "ready over gRPC")
        same(client.is_model_ready(MODEL), True, "model ready over gRPC")
        same("binary_tensor_data" in client.get_server_metadata().extensions, True, "extensions")
        metadata = client.get_model_metadata(MODEL)
        same([(one.name, list(one.shape)) for one in metadata.inputs], [("text", [-1])], "inputs")
        for shape in ([len(TEXTS)], [len(TEXTS), 1]):
            one, data = tensor(over_grpc, shape)
            one.set_data_from_numpy(data)
            for outputs in (None, [over_grpc.InferRequestedOutput(name) for name in ("label", "probability")]):
                result = client.infer(MODEL, [one], metadata.versions[0], outputs=outputs, request_id="7")
                same(result.get_response().id, "7", "id over gRPC")
                compare(result, shape, want, f"gRPC {shape}")
        strict = client.infer(MODEL, [one], parameters={"threshold": 1.0}).as_numpy("label")
        same(len(set(strict.flatten().tolist())), 1, "labels at threshold 1")
        zipped = client.infer(MODEL, [one], compression_algorithm="gzip")
        compare(zipped, shape, want, "gzip over gRPC")
        check_known_terms(over_grpc, client, one, want)
        config = client.get_model_config(MODEL).config
        same([tensor.name for tensor in config.input], ["text"], "configuration over gRPC")
        [statistics] = client.get_inference_statistics(MODEL).model_stats
        same(statistics.inference_count >= len(TEXTS), True, "statistics over gRPC")
        check_rejections(over_grpc, client)


def check_health(address, serving):
    status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
    with grpc.insecure_channel(address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for service in ("", SERVICE):
            same(stub.Check(health_pb2.HealthCheckRequest(service=service)).status, status, f"health of `{service}`")


def check_reflection(address):
    with grpc.insecure_channel(address) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        reflection = {f"grpc.reflection.{version}.ServerReflection" for version in ("v1", "v1alpha")}
        services = {SERVICE, "grpc.health.v1.Health"} | reflection
        same(set(database.get_services()), services, "services")
        methods = database.FindFileContainingSymbol(SERVICE).service[0].method
        same("ModelInfer" in [method.name for method in methods], True, "methods")


def check_repository(kind, unlocked, locked, key):
    headers = {"authorization": f"Bearer {key}"}
    is_http = kind is over_http
    with kind.InferenceServerClient(unlocked) as client:
        rejected(client.get_model_repository_index, "403" if is_http else "PERMISSION_DENIED", "RELEVANCE_API_KEYS")
    with kind.InferenceServerClient(locked) as client:
        missing = "401" if is_http else "UNAUTHENTICATED"
        rejected(client.get_model_repository_index, missing, "a key is needed")
        rejected(lambda: client.unload_model(MODEL), missing, "a key is needed")
        index = client.get_model_repository_index(headers=headers)
        states = [one["state"] for one in index] if is_http else [one.state for one in index.models]
        same(states.count("READY"), 1, f"index {index}")
        client.unload_model(MODEL, headers=headers)
        same(client.is_server_ready(), False, "ready once it is unloaded")
        check_health(locked, serving=False)
        client.load_model(MODEL, headers=headers)
        same(client.is_model_ready(MODEL), True, "ready once it is loaded")
        check_health(locked, serving=True)
        rejected(lambda: client.load_model("sentiment", headers=headers), "`sentiment`")


def main(unlocked, locked, key):
    want = predictions(unlocked)
    check_http(unlocked, want)
    check_grpc(unlocked, want)
    check_health(unlocked, serving=True)
    check_reflection(unlocked)
    for kind in (over_http, over_grpc):
        check_repository(kind, unlocked, locked, key)
    print(f"tritonclient and grpcio give the predictions of the service for {len(TEXTS)} texts")


if __name__ == "__main__":
    main(*sys.argv[1:])
