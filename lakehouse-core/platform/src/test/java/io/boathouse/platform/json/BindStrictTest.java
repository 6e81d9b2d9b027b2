package io.boathouse.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BindStrictTest {
  private record Source(@JsonProperty("upload_id") Optional<String> upload) {}

  private record Load(
      @JsonProperty("table") String table,
      @JsonProperty("sources") List<Source> sources,
      @JsonProperty("where") Map<String, String> where) {}

  private record Nothing() {}

  private static LakeException refusal(String json) {
    return catchThrowableOfType(
        LakeException.class, () -> Json.bindStrict(Json.parse(json), Load.class));
  }

  @Test
  void knownFieldsAreBoundAndAMapTakesAnyName() {
    Load load =
        Json.bindStrict(
            Json.parse(
                """
                {"table": "t", "sources": [{"upload_id": "1"}], "where": {"anything": "x"}}
                """),
            Load.class);
    assertThat(load)
        .isEqualTo(new Load("t", List.of(new Source(Optional.of("1"))), Map.of("anything", "x")));
  }

  @Test
  void anUnknownFieldIsNamedWithTheNearestKnownOne() {
    LakeException failure = refusal("{\"tabel\": \"t\"}");
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.reason()).isEqualTo("UNKNOWN_FIELD");
    assertThat(failure.message())
        .isEqualTo(
            "There is no field 'tabel'. Did you mean 'table'? Leave it out, or use one of:"
                + " sources, table, where.");
    assertThat(failure.details())
        .containsOnly(Map.entry("field", "tabel"), Map.entry("nearest", "table"));
  }

  @Test
  void anUnknownFieldDeepInsideIsNamedByItsPath() {
    LakeException failure = refusal("{\"sources\": [{}, {\"uploadId\": \"1\"}]}");
    assertThat(failure.details())
        .containsOnly(Map.entry("field", "sources[1].uploadId"), Map.entry("nearest", "upload_id"));
  }

  @Test
  void aFieldThatIsLikeNoneHasNoNearestOne() {
    assertThat(refusal("{\"priority\": 1}").details()).containsOnly(Map.entry("field", "priority"));
    assertThat(refusal("{\"%s\": 1}".formatted("x".repeat(10_000))).message()).hasSizeLessThan(500);
  }

  @Test
  void aRecordWithoutFieldsTakesNone() {
    assertThat(Json.bindStrict(Json.parse("{}"), Nothing.class)).isEqualTo(new Nothing());
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> Json.bindStrict(Json.parse("{\"force\": true}"), Nothing.class));
    assertThat(failure.message())
        .isEqualTo("There is no field 'force'. Leave it out; none is expected here.");
  }
}
