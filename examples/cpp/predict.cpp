// The model file in C++: predict MODEL.onnx < TEXTS, one JSON string a line, prints a JSON line for each text.

#include <onnxruntime_c_api.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// Texts of a call: all of them take the memory of its longest one.
constexpr std::size_t kBatch = 16;

const OrtApi* const ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);

void check(OrtStatus* status) {
  if (status == nullptr) return;
  const std::string message = ort->GetErrorMessage(status);
  ort->ReleaseStatus(status);
  throw std::runtime_error(message);
}

struct Release {
  void operator()(OrtEnv* environment) const { ort->ReleaseEnv(environment); }
  void operator()(OrtSessionOptions* options) const { ort->ReleaseSessionOptions(options); }
  void operator()(OrtSession* session) const { ort->ReleaseSession(session); }
  void operator()(OrtValue* value) const { ort->ReleaseValue(value); }
};

template <typename T>
using Handle = std::unique_ptr<T, Release>;

// Calls a function of the API that creates an object, which it returns by its last parameter.
template <typename T, typename Function, typename... Arguments>
Handle<T> create(Function function, Arguments... arguments) {
  T* object = nullptr;
  check(function(arguments..., &object));
  return Handle<T>(object);
}

Handle<OrtValue> tensor(const std::vector<std::string>& texts) {
  OrtAllocator* allocator = nullptr;
  check(ort->GetAllocatorWithDefaultOptions(&allocator));
  const std::int64_t shape = static_cast<std::int64_t>(texts.size());
  auto input = create<OrtValue>(ort->CreateTensorAsOrtValue, allocator, &shape, std::size_t{1},
                                ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING);

  for (std::size_t index = 0; index < texts.size(); ++index) {
    // FillStringTensor would end a text at U+0000.
    char* buffer = nullptr;
    check(ort->GetResizedStringTensorElementBuffer(input.get(), index, texts[index].size(), &buffer));
    std::copy(texts[index].begin(), texts[index].end(), buffer);
  }
  return input;
}

std::string label(const OrtValue* labels, std::size_t index) {
  std::size_t length = 0;
  check(ort->GetStringTensorElementLength(labels, index, &length));
  std::string label(length, '\0');
  check(ort->GetStringTensorElement(labels, length, index, label.data()));
  return label;
}

void predict(OrtSession* session, const std::vector<std::string>& texts) {
  const auto input = tensor(texts);
  const OrtValue* const inputs[] = {input.get()};
  const char* const input_names[] = {"text"};
  const char* const output_names[] = {"probability", "label"};
  std::array<OrtValue*, 2> outputs{};
  check(ort->Run(session, nullptr, input_names, inputs, 1, output_names, 2, outputs.data()));
  const Handle<OrtValue> probability(outputs[0]);
  const Handle<OrtValue> labels(outputs[1]);

  float* probabilities = nullptr;
  check(ort->GetTensorMutableData(probability.get(), reinterpret_cast<void**>(&probabilities)));
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const nlohmann::json prediction = {{"label", label(labels.get(), index)},
                                       {"probability", probabilities[index]}};
    std::cout << prediction << '\n';
  }
}

void predict_all(const char* path, std::istream& input) {
  if (ort == nullptr) throw std::runtime_error("the library is older than its header");
  const auto environment = create<OrtEnv>(ort->CreateEnv, ORT_LOGGING_LEVEL_WARNING, "predict");
  const auto options = create<OrtSessionOptions>(ort->CreateSessionOptions);
  const auto session = create<OrtSession>(ort->CreateSession, environment.get(), path, options.get());

  std::vector<std::string> texts;
  for (std::string line; std::getline(input, line);) {
    texts.push_back(nlohmann::json::parse(line).get<std::string>());
    if (texts.size() == kBatch) {
      predict(session.get(), texts);
      texts.clear();
    }
  }
  if (!texts.empty()) predict(session.get(), texts);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) throw std::runtime_error("usage: predict MODEL.onnx < TEXTS");
  std::ios::sync_with_stdio(false);
  predict_all(arguments[1], std::cin);
} catch (const std::exception& error) {
  std::cerr << "predict: " << error.what() << '\n';
  return EXIT_FAILURE;
}
