package io.boathouse.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A story of requests told to the fresh server, each with its reply word for word; so it runs
 * first. With {@code -Dboathouse.golden.record=true} the replies are written instead of compared.
 */
@Conformance
@Order(1)
class GoldenTest {
  private static final boolean RECORD = Boolean.getBoolean("boathouse.golden.record");
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(40);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private static Path folder;
  private static Http http;
  private static TreeMap<String, JsonNode> endpoints;

  @BeforeAll
  static void open(PackagedServer server) {
    folder = Golden.folder(PackagedServer.repository());
    http = new Http(server);
    endpoints = new TreeMap<>();
    for (JsonNode endpoint :
        Http.json(http.get("/api/2.0/boathouse/endpoints")).path("endpoints")) {
      endpoints.put(endpoint.path("operation_id").textValue(), endpoint);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyReplyIsTheGoldenOne(PackagedServer server) throws IOException {
    Placeholders values = new Placeholders();
    values.save("url", server.url());
    values.save("data", server.data().toString());
    values.save("folder", server.newFolder("golden").toString());
    return Golden.story(folder).stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> compare(name, values)));
  }

  private static void compare(String name, Placeholders values) throws IOException {
    Golden golden = Golden.read(folder, name);
    JsonNode endpoint = Objects.requireNonNull(endpoints.get(golden.operation()), "operation");
    String reply = tell(golden, values);
    assertThat(golden.method()).isEqualTo(endpoint.path("method").textValue());
    assertThat(values.filled(golden.path()).replaceFirst("\\?.*", ""))
        .matches(pattern(endpoint.path("path").textValue()));
    boolean same = normal(reply).equals(normal(golden.reply()));
    if (RECORD && !same) {
      golden.record(folder, reply);
    } else if (!same) {
      assertThat(reply).isEqualTo(golden.reply());
    }
  }

  /** The members of an object come in any order. */
  private static List<Object> normal(String reply) {
    String[] halves = reply.split("\n", 2);
    boolean json = halves.length == 2 && halves[1].startsWith("{");
    return json ? List.of(halves[0], Http.parse(halves[1])) : List.of(reply);
  }

  private static String pattern(String path) {
    return path.replaceAll(":\\w+", "[^/]+").replace("*", ".+");
  }

  private static String tell(Golden golden, Placeholders values) throws IOException {
    HttpResponse<byte[]> reply = awaited(golden, values);
    String body = new String(reply.body(), StandardCharsets.UTF_8);
    golden
        .saves()
        .forEach(
            (name, from) ->
                values.save(
                    name,
                    from.startsWith("/")
                        ? at(body, from)
                        : reply.headers().firstValue(from.replaceFirst("header ", "")).orElse("")));
    String type = reply.headers().firstValue("content-type").orElse("");
    boolean json = type.isEmpty() || type.startsWith("application/json");
    return reply.statusCode()
        + (json ? "\n" : " " + type + "\n")
        + (readable(body) ? values.masked(body, golden.dropped()) : "(bytes)\n");
  }

  private static HttpResponse<byte[]> awaited(Golden golden, Placeholders values)
      throws IOException {
    long end = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (true) {
      HttpResponse<byte[]> reply =
          http.exchange(
              golden.method(), values.filled(golden.path()), golden.bytes(folder, values));
      String body = new String(reply.body(), StandardCharsets.UTF_8);
      boolean arrived =
          golden.awaits().entrySet().stream()
              .allMatch(entry -> at(body, entry.getKey()).equals(values.filled(entry.getValue())));
      if (arrived || System.nanoTime() > end) {
        return reply;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static String at(String body, String pointer) {
    return Http.parse(body).at(pointer).asText();
  }

  private static boolean readable(String body) {
    return body.indexOf('\0') < 0 && body.indexOf('\uFFFD') < 0;
  }

  @Test
  void everyFileIsInTheStoryOnce() throws IOException {
    assertThat(Golden.story(folder)).doesNotHaveDuplicates();
    assertThat(Golden.story(folder)).containsExactlyInAnyOrderElementsOf(Golden.files(folder));
  }

  /** Those under {@code /ajax-api} are answered by the handlers of their twins. */
  @Test
  void everyOperationHasAFileOrAReasonWhyNot() throws IOException {
    Set<String> missing = new TreeSet<>(endpoints.keySet());
    Golden.files(folder).forEach(name -> missing.remove(name.replaceFirst("\\..*", "")));
    missing.removeIf(
        id -> id.endsWith("Ajax") && endpoints.containsKey(id.replaceFirst("Ajax$", "")));
    Set<String> explained = new TreeSet<>();
    for (String line : Golden.lines(folder.resolve("without-file.txt"))) {
      assertThat(line).matches("\\w+ \\| \\S.*");
      explained.add(line.replaceFirst(" .*", ""));
    }
    assertThat(explained).isEqualTo(missing);
  }
}
