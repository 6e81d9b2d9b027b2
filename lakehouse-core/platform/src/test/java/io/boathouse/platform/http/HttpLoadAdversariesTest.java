package io.boathouse.platform.http;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, many or endless; after each the server answers the next one. */
class HttpLoadAdversariesTest extends HostileClients {
  /** Without ConnectionGuard.sweep the trickling connection stayed open for as long as it wrote. */
  @Test
  void case60_slowlorisIsCutOffHoweverBusilyItTrickles() throws Exception {
    List<RawHttp> connections = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      RawHttp connection = new RawHttp(server.port());
      connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n");
      connections.add(connection);
    }
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    int cut = 0;
    while (cut < connections.size() && System.nanoTime() < end) {
      EchoRoutes.pause(Duration.ofMillis(50));
      cut = 0;
      for (RawHttp connection : connections) {
        try {
          connection.send("X-A: b\r\n");
        } catch (SocketException closed) {
          cut++;
        }
      }
    }
    assertThat(cut).isEqualTo(connections.size());
    for (RawHttp connection : connections) {
      connection.close();
    }
  }

  /** Without HttpServerOptions.setIdleTimeout the silent connection stayed open. */
  @ParameterizedTest
  @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\r\n", "GET / HT"})
  void case60_halfOpenConnectionsAreClosed(String sent) throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send(sent);
      assertThat(connection.closedWithin(Duration.ofSeconds(4))).isTrue();
    }
  }

  @Test
  void case60_anIdleKeptConnectionIsClosed() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(connection.closedWithin(Duration.ofSeconds(5))).isTrue();
    }
  }

  /** Removing the idle handler keeps long answers alive; with it this one was cut at 600 ms. */
  @Test
  void case60_aLongAnswerIsNotMistakenForAnIdleConnection() {
    assertThat(server.get("/echo/slow?millis=2500").statusCode()).isEqualTo(200);
  }

  /** Without setMaxHeaderSize the header was read to its end. */
  @Test
  void case60_aHeaderOfAMegabyteIsRefused() throws Exception {
    String reply =
        RawHttp.exchange(
            server.port(),
            "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Big: "
                + "a".repeat(1 << 20)
                + "\r\n\r\n");
    assertThat(reply).doesNotContain("200 OK").matches("(?s)(HTTP/1.[01] 431.*)?(<<reset>>)?");
  }

  @Test
  void case60_aRequestLineOfAMegabyteIsRefused() throws Exception {
    String reply =
        RawHttp.exchange(
            server.port(), "GET /" + "a".repeat(1 << 20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(reply).doesNotContain("200 OK").matches("(?s)(HTTP/1.[01] 414.*)?(<<reset>>)?");
  }

  /** Without the check in Exchange.receive the server waited for the body. */
  @Test
  void case60_aBodyDeclaredTooLargeIsRefusedBeforeItIsSent() throws Exception {
    String reply =
        RawHttp.exchange(
            server.port(),
            "POST /echo/item HTTP/1.1\r\n" + HEAD + "Content-Length: 999999999999\r\n\r\n{");
    assertThat(reply)
        .startsWith("HTTP/1.1 413")
        .contains("MAX_REQUEST_SIZE_EXCEEDED")
        .contains("100000")
        .doesNotContain("still open");
  }

  /** Without the check in BodyCollector.append the body filled the memory. */
  @Test
  void case60_aChunkedBodyWithoutEndIsRefusedAtTheLimit() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send("POST /echo/item HTTP/1.1\r\n" + HEAD + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = "2000\r\n" + "a".repeat(0x2000) + "\r\n";
      sendUntilRefused(connection, chunk, 100);
      assertThat(connection.readToEnd(Duration.ofSeconds(5))).doesNotContain("still open");
    }
  }

  @Test
  void case60_aChunkedUploadWithoutEndIsRefusedAtTheLimit() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send(
          "PUT /echo/upload HTTP/1.1\r\n" + HEAD + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = "8000\r\n" + "a".repeat(0x8000) + "\r\n";
      sendUntilRefused(connection, chunk, 200);
      assertThat(connection.readToEnd(Duration.ofSeconds(5))).doesNotContain("still open");
    }
  }

  private static void sendUntilRefused(RawHttp connection, String chunk, int times)
      throws IOException {
    try {
      for (int i = 0; i < times; i++) {
        connection.send(chunk);
      }
    } catch (SocketException refused) {
      return;
    }
  }

  /** Without the timer in BodyCollector the body was awaited for ever. */
  @Test
  void case60_aBodyThatTricklesIsGivenUp() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send("POST /echo/item HTTP/1.1\r\n" + HEAD + "Content-Length: 1000\r\n\r\n");
      long end = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
      while (System.nanoTime() < end) {
        connection.send("{");
        EchoRoutes.pause(Duration.ofMillis(100));
      }
      assertThat(connection.readToEnd(Duration.ofSeconds(5)))
          .startsWith("HTTP/1.1 408")
          .doesNotContain("still open");
    } catch (SocketException alreadyClosed) {
      assertThat(alreadyClosed).isNotNull();
    }
  }

  /** Without the deadline in BodyInput.await the upload held its thread for ever. */
  @Test
  void case60_anUploadThatStopsIsGivenUp() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send("PUT /echo/upload HTTP/1.1\r\n" + HEAD + "Content-Length: 1000\r\n\r\nabc");
      assertThat(connection.readToEnd(Duration.ofSeconds(5)))
          .startsWith("HTTP/1.1 408")
          .doesNotContain("still open");
    }
  }

  /** Without the deadline in ReplyOutput.awaitSent the download held its thread for ever. */
  @Test
  void case60_aClientThatDoesNotReadIsDropped() throws Exception {
    try (RawHttp connection = new RawHttp(server.port())) {
      connection.send("GET /echo/download/900000000 HTTP/1.1\r\n" + HEAD + "\r\n");
      EchoRoutes.pause(Duration.ofSeconds(2));
      String received = connection.readToEnd(Duration.ofSeconds(10));
      assertThat(received.length()).isLessThan(900_000_000);
      assertThat(received).doesNotEndWith("<<still open>>");
    }
  }

  /** Without the decompressed size counting in BodyCollector the bomb was unpacked whole. */
  @Test
  void case08_aGzipBombIsRefusedAtTheLimit() throws Exception {
    byte[] bomb = gzip(50_000_000);
    assertThat(bomb.length).isLessThan(100_000);
    HttpResponse<String> reply =
        server.send(
            server
                .request("/echo/item")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bomb)));
    assertThat(reply.statusCode()).isEqualTo(413);
    HttpResponse<String> upload =
        server.send(
            server
                .request("/echo/upload")
                .header("Content-Encoding", "gzip")
                .PUT(BodyPublishers.ofByteArray(bomb)));
    assertThat(upload.statusCode()).isEqualTo(413);
  }

  @Test
  void gzipAndDeflateBodiesAreUnderstoodAndOthersRefused() throws Exception {
    HttpResponse<String> reply =
        server.send(
            server
                .request("/echo/upload")
                .header("Content-Encoding", "gzip")
                .PUT(BodyPublishers.ofByteArray(gzip(5_000))));
    assertThat(json(reply).path("bytes").longValue()).isEqualTo(5_000);
    HttpResponse<String> unknown =
        server.send(
            server
                .request("/echo/item")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "compress")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(unknown.statusCode()).isEqualTo(415);
    HttpResponse<String> broken =
        server.send(
            server
                .request("/echo/item")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("this is no gzip at all")));
    assertThat(broken.statusCode()).isEqualTo(400);
    HttpResponse<String> brokenUpload =
        server.send(
            server
                .request("/echo/upload")
                .header("Content-Encoding", "deflate")
                .PUT(BodyPublishers.ofString("this is not deflated at all")));
    assertThat(brokenUpload.statusCode()).isEqualTo(400);
  }

  private static byte[] gzip(int zeros) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      byte[] block = new byte[5_000];
      for (int i = 0; i < zeros; i += block.length) {
        out.write(block);
      }
    }
    return bytes.toByteArray();
  }

  /** Without the limit in ConnectionGuard.opened all 80 stayed open (case 66 is the same door). */
  @Test
  void case66_moreConnectionsThanTheLimitAreClosedAtOnce() throws Exception {
    List<RawHttp> connections = new ArrayList<>();
    try {
      for (int i = 0; i < 140; i++) {
        RawHttp connection = new RawHttp(server.port());
        connection.send("G");
        connections.add(connection);
      }
      int refused = 0;
      for (RawHttp connection : connections) {
        refused += connection.closedWithin(Duration.ofMillis(20)) ? 1 : 0;
      }
      assertThat(refused).isGreaterThanOrEqualTo(30);
    } finally {
      for (RawHttp connection : connections) {
        connection.close();
      }
      EchoRoutes.pause(Duration.ofMillis(300));
    }
  }

  /** Without the count in ServerCore.run all twenty were taken in. */
  @Test
  void case62_requestsBeyondTheLimitAreTurnedAwayAtOnce() {
    List<HttpResponse<String>> replies =
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(
                i ->
                    server
                        .client()
                        .sendAsync(
                            server.request("/echo/slow?millis=1000").build(),
                            HttpResponse.BodyHandlers.ofString()))
            .toList()
            .stream()
            .map(java.util.concurrent.CompletableFuture::join)
            .toList();
    assertThat(replies).filteredOn(reply -> reply.statusCode() == 200).hasSize(8);
    assertThat(replies)
        .filteredOn(reply -> reply.statusCode() == 429)
        .hasSize(12)
        .allMatch(reply -> reply.headers().firstValue("retry-after").isPresent());
  }
}
