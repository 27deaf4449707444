import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The model file in Java: java -cp 'libraries/*' Predict.java MODEL.onnx &lt; TEXTS, one JSON string a line, prints a
 * JSON line for each text.
 *
 * <p>Needs: mvn dependency:copy-dependencies -DoutputDirectory=libraries
 */
public final class Predict {
  /** Texts of a call: all of them take the memory of its longest one. */
  private static final int BATCH = 16;

  private static final Gson JSON = new Gson();
  private static final PrintStream OUTPUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  private record Prediction(String label, float probability) {}

  public static void main(String[] arguments) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var batch = new ArrayList<String>();

    try (var session = OrtEnvironment.getEnvironment().createSession(arguments[0])) {
      for (String line; (line = input.readLine()) != null; ) {
        batch.add(clean(JSON.fromJson(line, String.class)));
        if (batch.size() == BATCH) {
          predict(session, batch);
          batch.clear();
        }
      }
      if (!batch.isEmpty()) {
        predict(session, batch);
      }
    }
    OUTPUT.flush();
  }

  /**
   * Replaces U+0000 and the characters beyond U+FFFF, which the binding does not pass as UTF-8, by one that no model
   * knows. Only models whose terms contain such characters give other results then.
   */
  private static String clean(String text) {
    return text.replaceAll("[\\x00\\x{10000}-\\x{10FFFF}]", "\uFFFE");
  }

  private static void predict(OrtSession session, List<String> texts) throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    try (var tensor = OnnxTensor.createTensor(environment, texts.toArray(String[]::new));
        var outputs = session.run(Map.of("text", tensor))) {
      var labels = (String[]) outputs.get("label").orElseThrow().getValue();
      var probabilities = (float[]) outputs.get("probability").orElseThrow().getValue();
      for (int index = 0; index < labels.length; index++) {
        OUTPUT.println(JSON.toJson(new Prediction(labels[index], probabilities[index])));
      }
    }
  }
}
