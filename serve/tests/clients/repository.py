"""Checks a model repository for Triton, and that the service describes its model in the same way.

Usage: repository.py REPOSITORY ADDRESS, where REPOSITORY is what `relevance export --triton` wrote of the model that
the service at ADDRESS has.
"""

import sys
from pathlib import Path

import onnxruntime
import tritonclient.grpc as over_grpc
from check import MODEL, same
from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import DataType, ModelConfig, ModelInstanceGroup

#: Triton's types, by onnxruntime's names of them.
TYPES = {"tensor(string)": DataType.TYPE_STRING, "tensor(float)": DataType.TYPE_FP32}


def tensors_of_file(values):
    """Name, type and dimensions of tensors in the model file."""
    return [
        (value.name, TYPES[value.type], [length if isinstance(length, int) else -1 for length in value.shape])
        for value in values
    ]


def tensors_of_config(values):
    """The same in a configuration."""
    return [(value.name, value.data_type, list(value.dims)) for value in values]


def read_config(folder):
    """Parses the configuration by Triton's definition, in which an unknown field is an error."""
    config = text_format.Parse(Path(folder, "config.pbtxt").read_text(encoding="utf-8"), ModelConfig())
    same((config.name, folder.name), (MODEL, MODEL), "names of the model and of its folder")
    same((config.platform, config.backend), ("onnxruntime_onnx", "onnxruntime"), "platform and backend")
    same([group.kind for group in config.instance_group], [ModelInstanceGroup.KIND_CPU], "instances")
    return config


def check_file(folder, config):
    """Compares the configuration with the model file of the version that it names."""
    [version] = config.version_policy.specific.versions
    model = Path(folder, str(version), "model.onnx")
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])

    same(config.max_batch_size, 0, "dimensions without the batch")
    same(tensors_of_config(config.input), tensors_of_file(session.get_inputs()), "inputs")
    same(tensors_of_config(config.output), tensors_of_file(session.get_outputs()), "outputs")
    return version


def check_service(address, config, version):
    """Compares the configuration with that of the service, which has one more output."""
    with over_grpc.InferenceServerClient(address) as client:
        same(client.is_model_ready(MODEL, str(version)), True, f"version {version} in the service")
        served = client.get_model_config(MODEL, str(version)).config
    same(served.max_batch_size, config.max_batch_size, "batches of the service")
    same(tensors_of_config(served.input), tensors_of_config(config.input), "inputs of the service")

    outputs = [output for output in served.output if output.name != "known_terms"]
    same(tensors_of_config(outputs), tensors_of_config(config.output), "outputs of the service")


def main(repository, address):
    folder = Path(repository, MODEL)
    config = read_config(folder)
    version = check_file(folder, config)
    check_service(address, config, version)
    print(f"{folder}/config.pbtxt describes version {version} as the model file and the service do")


if __name__ == "__main__":
    main(*sys.argv[1:])
