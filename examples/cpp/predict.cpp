// The model file in C++: predict MODEL.onnx < TEXTS, one JSON string a line, prints a JSON line for each text.

#include <onnxruntime_c_api.h>

#include <algorithm>
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
  if (status != nullptr) throw std::runtime_error(ort->GetErrorMessage(status));
}

struct Release {
  void operator()(OrtSession* session) const { ort->ReleaseSession(session); }
  void operator()(OrtValue* value) const { ort->ReleaseValue(value); }
};
using Session = std::unique_ptr<OrtSession, Release>;
using Value = std::unique_ptr<OrtValue, Release>;

Session load(const char* path) {
  OrtEnv* environment = nullptr;
  OrtSessionOptions* options = nullptr;
  OrtSession* session = nullptr;
  check(ort->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "predict", &environment));
  check(ort->CreateSessionOptions(&options));
  check(ort->CreateSession(environment, path, options, &session));
  return Session(session);
}

Value tensor(const std::vector<std::string>& texts) {
  OrtAllocator* allocator = nullptr;
  OrtValue* value = nullptr;
  const auto size = static_cast<std::int64_t>(texts.size());
  check(ort->GetAllocatorWithDefaultOptions(&allocator));
  check(ort->CreateTensorAsOrtValue(allocator, &size, 1, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, &value));

  for (std::size_t row = 0; row < texts.size(); ++row) {
    // FillStringTensor would end a text at U+0000.
    char* buffer = nullptr;
    check(ort->GetResizedStringTensorElementBuffer(value, row, texts[row].size(), &buffer));
    std::copy(texts[row].begin(), texts[row].end(), buffer);
  }
  return Value(value);
}

std::string label(const OrtValue* labels, std::size_t row) {
  std::size_t length = 0;
  check(ort->GetStringTensorElementLength(labels, row, &length));
  std::string label(length, '\0');
  check(ort->GetStringTensorElement(labels, length, row, label.data()));
  return label;
}

void predict(OrtSession* session, const std::vector<std::string>& texts) {
  const char* const names[] = {"text", "probability", "label"};
  const Value input = tensor(texts);
  const OrtValue* const inputs[] = {input.get()};
  OrtValue* outputs[] = {nullptr, nullptr};
  check(ort->Run(session, nullptr, names, inputs, 1, names + 1, 2, outputs));
  const Value probability(outputs[0]);
  const Value labels(outputs[1]);

  void* probabilities = nullptr;
  check(ort->GetTensorMutableData(probability.get(), &probabilities));
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const nlohmann::json prediction = {{"label", label(labels.get(), row)},
                                       {"probability", static_cast<float*>(probabilities)[row]}};
    std::cout << prediction << '\n';
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) throw std::runtime_error("usage: predict MODEL.onnx < TEXTS");
  if (ort == nullptr) throw std::runtime_error("the library is older than its header");
  const Session session = load(arguments[1]);

  std::vector<std::string> texts;
  for (std::string line; std::getline(std::cin, line);) {
    texts.push_back(nlohmann::json::parse(line).get<std::string>());
    if (texts.size() == kBatch) {
      predict(session.get(), texts);
      texts.clear();
    }
  }
  if (!texts.empty()) predict(session.get(), texts);
} catch (const std::exception& error) {
  std::cerr << "predict: " << error.what() << '\n';
  return EXIT_FAILURE;
}
