/* The model file in C: predict MODEL.onnx < TEXTS, one JSON string a line, prints a JSON line for each text. */

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

/* Reads up to BATCH texts into a tensor, and returns their number. */
static int64_t read_texts(OrtAllocator *allocator, OrtValue **tensor) {
  json_t *texts[BATCH];
  int64_t size = 0;
  for (int next; size < BATCH && (next = getchar()) != EOF; size++) {
    ungetc(next, stdin);
    texts[size] = json_loadf(stdin, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, NULL);
    const int end = getchar();
    if (!json_is_string(texts[size]) || (end != '\n' && end != EOF)) fail("a line is not a JSON string");
  }

  check(ort->CreateTensorAsOrtValue(allocator, &size, 1, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, tensor));
  for (int64_t row = 0; row < size; row++) {
    /* FillStringTensor would end a text at U+0000. */
    const size_t length = json_string_length(texts[row]);
    char *buffer;
    check(ort->GetResizedStringTensorElementBuffer(*tensor, (size_t)row, length, &buffer));
    memcpy(buffer, json_string_value(texts[row]), length);
    json_decref(texts[row]);
  }
  return size;
}

static void print(OrtValue *labels, size_t row, float probability) {
  size_t length;
  check(ort->GetStringTensorElementLength(labels, row, &length));
  char *label = malloc(length + 1);
  if (label == NULL) fail("out of memory");
  check(ort->GetStringTensorElement(labels, length, row, label));

  json_t *prediction = json_pack("{s:s%, s:f}", "label", label, length, "probability", probability);
  json_dumpf(prediction, stdout, JSON_COMPACT);
  putchar('\n');
  json_decref(prediction);
  free(label);
}

int main(int count, char **arguments) {
  if (count != 2) fail("usage: predict MODEL.onnx < TEXTS");
  ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (ort == NULL) fail("the library is older than its header");

  OrtEnv *environment;
  OrtSessionOptions *options;
  OrtSession *session;
  OrtAllocator *allocator;
  check(ort->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "predict", &environment));
  check(ort->CreateSessionOptions(&options));
  check(ort->CreateSession(environment, arguments[1], options, &session));
  check(ort->GetAllocatorWithDefaultOptions(&allocator));

  const char *const names[] = {"text", "probability", "label"};
  OrtValue *texts;
  for (int64_t size; (size = read_texts(allocator, &texts)) > 0; ort->ReleaseValue(texts)) {
    OrtValue *outputs[] = {NULL, NULL};
    float *probabilities;
    check(ort->Run(session, NULL, names, (const OrtValue *const *)&texts, 1, names + 1, 2, outputs));
    check(ort->GetTensorMutableData(outputs[0], (void **)&probabilities));
    for (int64_t row = 0; row < size; row++) print(outputs[1], (size_t)row, probabilities[row]);

    ort->ReleaseValue(outputs[0]);
    ort->ReleaseValue(outputs[1]);
  }
  return EXIT_SUCCESS;
}
