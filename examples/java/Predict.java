import static java.nio.charset.StandardCharsets.UTF_8;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import com.google.gson.Gson;
import com.google.gson.JsonStreamParser;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Map;

/**
 * The model file in Java: java -cp 'libraries/*' Predict.java MODEL.onnx &lt; TEXTS, one JSON string a line, prints a
 * JSON line for each text.
 *
 * <p>Needs: mvn dependency:copy-dependencies -DoutputDirectory=libraries
 */
public final class Predict {
  private record Prediction(String label, float probability) {}

  public static void main(String[] arguments) throws Exception {
    var environment = OrtEnvironment.getEnvironment();
    var input = new JsonStreamParser(new InputStreamReader(System.in, UTF_8));
    var output = new PrintStream(System.out, true, UTF_8);

    try (var session = environment.createSession(arguments[0])) {
      while (input.hasNext()) {
        try (var tensor = OnnxTensor.createTensor(environment, read(input));
            var outputs = session.run(Map.of("text", tensor))) {
          var labels = (String[]) outputs.get("label").orElseThrow().getValue();
          var probabilities = (float[]) outputs.get("probability").orElseThrow().getValue();
          for (int row = 0; row < labels.length; row++) {
            output.println(new Gson().toJson(new Prediction(labels[row], probabilities[row])));
          }
        }
      }
    }
  }

  /**
   * Reads the next texts: all texts of a call take the memory of its longest one.
   *
   * <p>U+0000 and the characters beyond U+FFFF, which the binding does not pass as UTF-8, are replaced by one that no
   * model knows. Only models whose terms contain such characters give other results then.
   */
  private static String[] read(JsonStreamParser input) {
    var texts = new ArrayList<String>();
    while (texts.size() < 16 && input.hasNext()) {
      var text = input.next().getAsString();
      texts.add(text.replaceAll("[\\x00\\x{10000}-\\x{10FFFF}]", "\uFFFE"));
    }
    return texts.toArray(String[]::new);
  }
}
