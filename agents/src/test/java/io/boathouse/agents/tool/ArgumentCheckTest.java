package io.boathouse.agents.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentCheckTest {
  private final ObjectNode schema = schema();

  @Test
  void fittingArgumentsPass() {
    assertThatCode(() -> check("{\"sql\":\"SELECT 1\",\"max_rows\":10,\"tags\":[\"a\"]}"))
        .doesNotThrowAnyException();
    assertThatCode(() -> check("{\"sql\":\"\"}")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                     | arguments.sql",
        "{\"sql\":1}                            | arguments.sql",
        "{\"sql\":null}                         | arguments.sql",
        "{\"sql\":\"01234567890\"}              | arguments.sql",
        "{\"sql\":\"x\",\"max_rows\":0}         | arguments.max_rows",
        "{\"sql\":\"x\",\"max_rows\":1001}      | arguments.max_rows",
        "{\"sql\":\"x\",\"max_rows\":1.5}       | arguments.max_rows",
        "{\"sql\":\"x\",\"other\":1}            | arguments.other",
        "{\"sql\":\"x\",\"tags\":[\"a\",1]}     | arguments.tags[1]",
        "{\"sql\":\"x\",\"mode\":\"c\"}         | arguments.mode",
        "[]                                     | arguments",
        "\"x\"                                  | arguments"
      })
  void wrongArgumentIsNamed(String arguments, String path) {
    assertThatThrownBy(() -> check(arguments))
        .isInstanceOfSatisfying(
            LakeException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("INVALID_TOOL_ARGUMENT");
              assertThat(e.details()).containsEntry("field", path);
            });
  }

  private void check(String arguments) {
    ArgumentCheck.require(schema, Json.parse(arguments));
  }

  private static ObjectNode schema() {
    ObjectNode schema = Schemas.object();
    Schemas.property(schema, "sql", "string", "s").put("maxLength", 10);
    Schemas.property(schema, "max_rows", "integer", "m").put("minimum", 1).put("maximum", 1000);
    ObjectNode tags = Schemas.property(schema, "tags", "array", "t");
    tags.putObject("items").put("type", "string");
    Schemas.property(schema, "mode", "string", "m").putArray("enum").add("a").add("b");
    Schemas.required(schema, "sql");
    return schema;
  }
}
