package io.boathouse.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LineageTreeTest {
  @Test
  void tellsEachNodeOnceInFullAndWhatComesByWayOfAnotherOnlyThere() {
    assertThat(
            printed(
                """
                {"complete": true, "steps": [
                  {"type": "PREDICTION", "name": "p1", "detail": {}},
                  {"type": "TRAINING_SET", "name": "t1", "detail": {"rows": "5", "sha256": "abcdefabcdefabcdef"}},
                  {"type": "FEATURE_TABLE", "name": "m.d.f", "version": 2, "detail": {}},
                  {"type": "FEATURE_TABLE", "name": "m.d.g", "version": 3, "detail": {}},
                  {"type": "TABLE", "name": "m.d.t", "version": 1, "detail": {"written": "7"}},
                  {"type": "FILE", "name": "a.csv", "detail": {"sha256": "00ff", "bytes": "10"}}],
                 "edges": [
                  {"from": {"type": "TRAINING_SET", "name": "t1"}, "to": {"type": "PREDICTION", "name": "p1"}},
                  {"from": {"type": "FEATURE_TABLE", "name": "m.d.f", "version": 2}, "to": {"type": "TRAINING_SET", "name": "t1"}},
                  {"from": {"type": "TABLE", "name": "m.d.t", "version": 1}, "to": {"type": "TRAINING_SET", "name": "t1"}},
                  {"from": {"type": "TABLE", "name": "m.d.t", "version": 1}, "to": {"type": "FEATURE_TABLE", "name": "m.d.f", "version": 2}},
                  {"from": {"type": "FEATURE_TABLE", "name": "m.d.g", "version": 3}, "to": {"type": "TRAINING_SET", "name": "t1"}},
                  {"from": {"type": "TABLE", "name": "m.d.t", "version": 1}, "to": {"type": "FEATURE_TABLE", "name": "m.d.g", "version": 3}},
                  {"from": {"type": "FILE", "name": "a.csv#sha256:00ff"}, "to": {"type": "TABLE", "name": "m.d.t", "version": 1}}]}
                """))
        .isEqualTo(
            """
            prediction p1
            └─ training set t1  sha256:abcdefabcdef  rows 5
               ├─ feature table m.d.f@2
               │  └─ table m.d.t@1  written 7
               │     └─ file a.csv  sha256:00ff  bytes 10
               └─ feature table m.d.g@3
                  └─ table m.d.t@1  written 7  (see above)
            """);
  }

  @Test
  void tellsWhatIsHiddenAndThatThereIsMoreAndSurvivesACycle() {
    assertThat(
            printed(
                """
                {"complete": false, "steps": [
                  {"type": "RUN", "name": "r\\u001b[2J", "detail": {}},
                  {"type": "TABLE", "hidden": true, "detail": {}}],
                 "edges": [
                  {"from": {"type": "TABLE", "hidden": true}, "to": {"type": "RUN", "name": "r\\u001b[2J"}},
                  {"from": {"type": "RUN", "name": "r\\u001b[2J"}, "to": {"type": "TABLE", "hidden": true}}]}
                """))
        .isEqualTo(
            """
            run r [2J
            └─ table (hidden: you may not see it)
               └─ run r [2J
                  └─ table (hidden: you may not see it)  (see above)
            There is more; ask with more --hops.
            """);
  }

  private static String printed(String reply) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    new LineageTree(Json.parse(reply), out).print();
    out.flush();
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
