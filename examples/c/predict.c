/* The model file in C: predict MODEL.onnx < TEXTS, one JSON string a line, prints a JSON line for each text. */

#define _POSIX_C_SOURCE 200809L

#include <jansson.h>
#include <onnxruntime_c_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Texts of a call: all of them take the memory of its longest one. */
enum { BATCH = 16 };

static const OrtApi *ort;

static void fail(const char *message) {
  fprintf(stderr, "predict: %s\n", message);
  exit(EXIT_FAILURE);
}

static void check(OrtStatus *status) {
  if (status != NULL) fail(ort->GetErrorMessage(status));
}

static OrtValue *tensor(json_t *const *texts, size_t size) {
  OrtAllocator *allocator;
  check(ort->GetAllocatorWithDefaultOptions(&allocator));
  OrtValue *input;
  const int64_t shape[] = {(int64_t)size};
  check(ort->CreateTensorAsOrtValue(allocator, shape, 1, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, &input));

  for (size_t index = 0; index < size; index++) {
    /* FillStringTensor would end a text at U+0000. */
    const size_t length = json_string_length(texts[index]);
    char *buffer;
    check(ort->GetResizedStringTensorElementBuffer(input, index, length, &buffer));
    memcpy(buffer, json_string_value(texts[index]), length);
  }
  return input;
}

static void print(OrtValue *labels, size_t index, float probability) {
  size_t length;
  check(ort->GetStringTensorElementLength(labels, index, &length));
  char *label = malloc(length + 1);
  if (label == NULL) fail("out of memory");
  check(ort->GetStringTensorElement(labels, length, index, label));

  json_t *prediction = json_pack("{s:s%, s:f}", "label", label, length, "probability", probability);
  json_dumpf(prediction, stdout, JSON_COMPACT);
  putchar('\n');
  json_decref(prediction);
  free(label);
}

static void predict(OrtSession *session, json_t *const *texts, size_t size) {
  const char *const names[] = {"text", "probability", "label"};
  OrtValue *input = tensor(texts, size);
  OrtValue *outputs[2] = {NULL, NULL};
  check(ort->Run(session, NULL, names, (const OrtValue *const *)&input, 1, names + 1, 2, outputs));

  float *probabilities;
  check(ort->GetTensorMutableData(outputs[0], (void **)&probabilities));
  for (size_t index = 0; index < size; index++) print(outputs[1], index, probabilities[index]);

  ort->ReleaseValue(outputs[1]);
  ort->ReleaseValue(outputs[0]);
  ort->ReleaseValue(input);
}

/* Reads up to BATCH texts and returns their number. */
static size_t read_batch(json_t **texts) {
  static char *line = NULL;
  static size_t capacity = 0;
  size_t size = 0;

  while (size < BATCH) {
    const ssize_t length = getline(&line, &capacity, stdin);
    if (length < 0) break;
    json_error_t error;
    texts[size] = json_loadb(line, (size_t)length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!json_is_string(texts[size])) fail("a line is not a JSON string");
    size++;
  }
  return size;
}

int main(int count, char **arguments) {
  if (count != 2) fail("usage: predict MODEL.onnx < TEXTS");
  ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (ort == NULL) fail("the library is older than its header");

  OrtEnv *environment;
  OrtSessionOptions *options;
  OrtSession *session;
  check(ort->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "predict", &environment));
  check(ort->CreateSessionOptions(&options));
  check(ort->CreateSession(environment, arguments[1], options, &session));

  json_t *texts[BATCH];
  for (size_t size; (size = read_batch(texts)) > 0;) {
    predict(session, texts, size);
    for (size_t index = 0; index < size; index++) json_decref(texts[index]);
  }

  ort->ReleaseSession(session);
  ort->ReleaseSessionOptions(options);
  ort->ReleaseEnv(environment);
  return EXIT_SUCCESS;
}
