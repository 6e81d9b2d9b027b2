package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.conformance.Compatibility.Operation;
import io.boathouse.conformance.Compatibility.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** COMPATIBILITY.md says what the packaged server does. Runs last, to know what was proven. */
@Conformance
@Order(Integer.MAX_VALUE)
class CompatibilityTest {
  private static final String LIST = "/api/2.0/boathouse/endpoints";

  private static Http http;
  private static List<Operation> written;
  private static Map<String, String> served;

  @BeforeAll
  static void open(PackagedServer server) throws IOException {
    http = new Http(server);
    written = Compatibility.operations();
    served = new TreeMap<>();
    for (JsonNode endpoint : Http.json(http.get(LIST)).path("endpoints")) {
      served.put(
          endpoint.path("operation_id").textValue(),
          endpoint.path("method").textValue() + " " + endpoint.path("path").textValue());
    }
    record();
  }

  /** What this run has proven, for whoever brings the document up to date. */
  private static void record() throws IOException {
    Path folder = Files.createDirectories(Path.of("target"));
    List<String> lines = new ArrayList<>();
    ProvenOperations.soFar()
        .forEach((test, operations) -> operations.forEach(op -> lines.add(test + "\t" + op)));
    Files.write(folder.resolve("proven.tsv"), lines);
  }

  @Test
  void everyOperationThatIsServedIsListedWithItsPath() {
    Map<String, String> listed = new TreeMap<>();
    for (Operation operation : written) {
      if (operation.state() != State.ABSENT) {
        listed.put(operation.id(), operation.request());
        if (operation.twin()) {
          listed.put(
              operation.id() + "Ajax",
              operation.method() + " " + operation.path().replaceFirst("^/api/", "/ajax-api/"));
        }
      }
    }
    assertThat(listed).isEqualTo(served);
  }

  @Test
  void theOpenApiDocumentHasTheSameOperations() {
    Set<String> documented = new TreeSet<>();
    Http.json(http.get("/api/2.0/boathouse/openapi.json"))
        .path("paths")
        .forEach(
            path ->
                path.forEach(
                    operation -> documented.add(operation.path("operationId").textValue())));
    assertThat(documented).isEqualTo(served.keySet());
  }

  @Test
  void noOperationIsListedTwice() {
    assertThat(written).extracting(Operation::id).doesNotHaveDuplicates();
  }

  @Test
  void whatIsCalledAbsentIsNotServed() {
    assertThat(written)
        .filteredOn(operation -> operation.state() == State.ABSENT)
        .noneMatch(operation -> served.containsValue(operation.request()));
  }

  @Test
  void everyClaimNamesATestThatExists() throws IOException {
    Set<String> tests = TestSources.names();
    for (Operation operation : written) {
      if (operation.state() == State.WORKS || operation.state() == State.PARTLY) {
        assertThat(operation.provenBy()).as("proof of " + operation.id()).isNotEmpty();
        assertThat(tests).as("proof of " + operation.id()).containsAll(operation.provenBy());
      }
    }
  }

  /** The server's own counters say which operations a test class had answered with success. */
  @Test
  void everyTestOfThisRunHasProvenWhatItIsNamedFor() {
    Map<String, Set<String>> proven = ProvenOperations.soFar();
    Set<String> unproven = new TreeSet<>();
    for (Operation operation : written) {
      if (operation.state() != State.WORKS) {
        continue;
      }
      for (String test : operation.provenBy()) {
        Set<String> seen = proven.get(test);
        if (seen != null && !seen.contains(operation.request())) {
          unproven.add(operation.id() + " by " + test);
        }
      }
    }
    assertThat(unproven).isEmpty();
  }

  @Test
  void whatIsNotOfferedSaysSoInItsProtocol() {
    for (Operation operation : written) {
      if (operation.state() == State.NOT_OFFERED) {
        String path = operation.path().replaceAll(":\\w+", "1").replace("*", "x");
        var reply = http.send(operation.method(), path, "{}");
        assertThat(reply.statusCode()).as(operation.toString()).isEqualTo(501);
        if (!operation.method().equals("HEAD")) {
          assertThat(Http.parse(reply.body()).toString())
              .as(operation.toString())
              .contains(operation.id());
        }
      }
    }
  }
}
