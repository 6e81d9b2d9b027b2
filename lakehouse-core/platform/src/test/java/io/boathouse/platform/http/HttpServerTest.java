package io.boathouse.platform.http;

import static io.boathouse.platform.http.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as an ordinary client sees it. */
class HttpServerTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(new EchoRoutes(), new HealthRoutes("1.2.3", () -> true));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersOnAVirtualThreadAsTheCaller() {
    JsonNode who =
        json(server.send(server.request("/echo/whoami").header("x-request-id", "r-1").GET()));
    assertThat(who.path("principal").textValue()).isEqualTo("ann");
    assertThat(who.path("thread").booleanValue()).isTrue();
    assertThat(who.path("request_id").textValue()).isEqualTo("r-1");
  }

  @Test
  void answersManyWaitingRequestsAtOnce() {
    long began = System.nanoTime();
    List<CompletableFuture<HttpResponse<String>>> replies =
        java.util.stream.IntStream.range(0, 60)
            .mapToObj(
                i ->
                    server
                        .client()
                        .sendAsync(
                            server.request("/echo/slow?millis=300").build(),
                            BodyHandlers.ofString()))
            .toList();
    assertThat(replies).allMatch(reply -> reply.join().statusCode() == 200);
    assertThat((System.nanoTime() - began) / 1_000_000)
        .as("milliseconds for 60 requests of 300")
        .isLessThan(6_000);
  }

  @Test
  void speaksHttp2InTheClear() throws Exception {
    try (HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpResponse<String> first =
          http2.send(server.request("/echo/whoami").build(), BodyHandlers.ofString());
      assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
      HttpResponse<String> posted =
          http2.send(
              server
                  .request("/echo/json/DATABRICKS")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"a\":1}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(posted.body()).isEqualTo("{\"a\":1}");
      HttpResponse<byte[]> streamed =
          http2.send(server.request("/echo/download/3000000").build(), BodyHandlers.ofByteArray());
      assertThat(streamed.body()).hasSize(3_000_000);
    }
  }

  @Test
  void namesEveryRequestAndSendsHeadersThatDisarmBrowsers() {
    HttpResponse<String> reply = server.get("/echo/whoami");
    assertThat(reply.headers().firstValue("x-request-id").orElse("")).isNotBlank();
    assertThat(reply.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(reply.headers().firstValue("content-security-policy").orElse(""))
        .contains("sandbox");
    assertThat(reply.headers().firstValue("content-type")).contains("application/json");
  }

  @Test
  void acceptsATokenAsBasicPasswordOrUser() {
    for (String pair : List.of("ann:ann-token", "ann-token:")) {
      String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      HttpResponse<String> reply =
          server.send(
              HttpRequest.newBuilder(server.uri("/echo/whoami"))
                  .header("Authorization", "Basic " + basic));
      assertThat(json(reply).path("principal").textValue()).as(pair).isEqualTo("ann");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer bad-token", "Bearer", "Bearer  ", "Digest x", "Basic %%%", "Basic YQ=="})
  void refusesBadCredentials(String header) {
    HttpResponse<String> reply =
        server.send(
            HttpRequest.newBuilder(server.uri("/echo/whoami")).header("Authorization", header));
    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(reply.headers().firstValue("www-authenticate").orElse("")).startsWith("Bearer");
    assertThat(json(reply).path("error_code").textValue()).isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void decodesPathParametersOnce() {
    assertThat(json(server.get("/echo/items/a%2Fb%20%C3%A9?tag=x&tag=y+z&limit=7&flag=true")))
        .isEqualTo(
            io.boathouse.platform.json.Json.parse(
                "{\"name\":\"a/b é\",\"tags\":[\"x\",\"y z\"],\"limit\":7,\"flag\":true}"));
    assertThat(json(server.get("/echo/items/%252e")).path("name").textValue()).isEqualTo("%2e");
    assertThat(json(server.get("/echo/files/a/b%2Fc/")).path("rest").textValue())
        .isEqualTo("a/b/c/");
  }

  @ParameterizedTest
  @CsvSource({
    "/echo/items/%zz,name", "/echo/items/%c0%ae,name", "/echo/items/a%00b,name",
    "/echo/items/a%0Ab,name", "/echo/items/a?limit=x,limit", "/echo/items/a?flag=yes,flag"
  })
  void namesTheParameterThatIsWrong(String path, String field) throws Exception {
    // java.net.URI refuses some of these, so they are sent by hand.
    String head =
        RawHttp.exchange(
            server.port(),
            "GET "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ann-token\r\n"
                + "Connection: close\r\n\r\n");
    assertThat(head).startsWith("HTTP/1.1 400").contains("'" + field + "'");
  }

  @Test
  void forgivesOneSlashAtTheEnd() {
    assertThat(server.get("/echo/whoami/").statusCode()).isEqualTo(200);
    assertThat(server.get("/echo/whoami//").statusCode()).isEqualTo(404);
  }

  @Test
  void parsesABodyOfGetAndDelete() {
    assertThat(server.send("GET", "/echo/body", "{\"a\":[1]}").body()).isEqualTo("{\"a\":[1]}");
    assertThat(server.send("DELETE", "/echo/items/x", "{\"b\":2}").body()).isEqualTo("{\"b\":2}");
    assertThat(server.get("/echo/body").body()).isEqualTo("{}");
  }

  @Test
  void decodesJsonInAStringForOldMlflowClients() {
    assertThat(server.post("/echo/json/DATABRICKS", "\"{\\\"a\\\":1}\"").body())
        .isEqualTo("{\"a\":1}");
    assertThat(server.post("/echo/json/UNITY_CATALOG", "\"{}\"").body()).isEqualTo("\"{}\"");
  }

  @Test
  void asksForTheJsonContentType() {
    HttpResponse<String> reply =
        server.send(
            server
                .request("/echo/json/DATABRICKS")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(json(reply).path("message").textValue()).contains("text/plain");
    assertThat(
            server
                .send(
                    server
                        .request("/echo/json/DATABRICKS")
                        .header("Content-Type", "application/json; charset=utf-8")
                        .POST(BodyPublishers.ofString("{}")))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void namesTheFieldThatCannotBeBound() {
    HttpResponse<String> reply =
        server.post("/echo/item", "{\"name\":\"n\",\"parts\":[{\"count\":\"many\"}]}");
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(json(reply).path("message").textValue())
        .contains("parts[0].count")
        .contains("many")
        .contains("whole number")
        .doesNotContain("boathouse");
  }

  @Test
  void answersHeadLikeGetWithoutTheBody() {
    HttpResponse<String> reply =
        server.send(server.request("/echo/download/1234").method("HEAD", BodyPublishers.noBody()));
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("content-length")).contains("1234");
    assertThat(reply.body()).isEmpty();
    HttpResponse<String> health =
        server.send(server.request("/health").method("HEAD", BodyPublishers.noBody()));
    assertThat(health.headers().firstValue("content-length")).contains("2");
  }

  @Test
  void answersProbesWithoutAToken() {
    for (String path : List.of("/health", "/livez", "/readyz", "/version")) {
      HttpResponse<String> reply = server.send(HttpRequest.newBuilder(server.uri(path)));
      assertThat(reply.statusCode()).as(path).isEqualTo(200);
    }
    assertThat(server.get("/health").body()).isEqualTo("OK");
    assertThat(server.get("/version").body()).isEqualTo("1.2.3");
  }

  @Test
  void answersUnknownPathsAndMethodsInJson() {
    HttpResponse<String> unknown = server.get("/api/2.0/nothing/here");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).path("error_code").textValue()).isEqualTo("ENDPOINT_NOT_FOUND");
    HttpResponse<String> wrong = server.post("/echo/whoami", "{}");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("allow")).contains("GET, HEAD");
    HttpResponse<String> options =
        server.send(server.request("/echo/items/x").method("OPTIONS", BodyPublishers.noBody()));
    assertThat(options.statusCode()).isEqualTo(405);
    assertThat(options.headers().firstValue("allow")).contains("DELETE, GET, HEAD");
  }

  @ParameterizedTest
  @EnumSource(io.boathouse.platform.error.ErrorCode.class)
  void rendersEveryErrorCode(io.boathouse.platform.error.ErrorCode code) {
    HttpResponse<String> reply = server.post("/echo/fail/" + code, "{}");
    assertThat(reply.statusCode()).isBetween(400, 504);
    assertThat(json(reply).path("error_code").textValue())
        .matches("[A-Z_]+")
        .isEqualTo(json(reply).path("error_code").textValue().toUpperCase(Locale.ROOT));
    assertThat(json(reply).path("details").path(0).path("reason").textValue())
        .isEqualTo("SOME_REASON");
  }

  @Test
  void keepsItsOwnMistakesToItself() {
    HttpResponse<String> reply = server.get("/echo/crash");
    assertThat(reply.statusCode()).isEqualTo(500);
    assertThat(reply.body())
        .doesNotContain("secret")
        .doesNotContain("Exception")
        .contains(reply.headers().firstValue("x-request-id").orElseThrow());
  }

  @Test
  void answersWhatIsNotBuiltWith501() {
    HttpResponse<String> reply = server.post("/echo/later", "{}");
    assertThat(reply.statusCode()).isEqualTo(501);
    assertThat(json(reply).path("error_code").textValue()).isEqualTo("UNIMPLEMENTED");
  }

  @Test
  void streamsUploadsAndDownloads() throws Exception {
    long size = 30_000_000;
    HttpResponse<String> up =
        server.send(
            server.request("/echo/upload").PUT(BodyPublishers.ofByteArray(new byte[(int) size])));
    assertThat(json(up).path("bytes").longValue()).isEqualTo(size);
    HttpResponse<byte[]> down =
        server
            .client()
            .send(server.request("/echo/download/" + size).build(), BodyHandlers.ofByteArray());
    assertThat(down.body()).hasSize((int) size);
    HttpResponse<byte[]> chunked =
        server
            .client()
            .send(
                server.request("/echo/download/100001?known=false").build(),
                BodyHandlers.ofByteArray());
    assertThat(chunked.headers().firstValue("transfer-encoding")).contains("chunked");
    assertThat(chunked.body()).hasSize(100_001);
  }

  @Test
  void refusesAnUploadWithoutReadingAllOfIt() {
    HttpResponse<String> reply =
        server.send(
            server.request("/echo/refuse").PUT(BodyPublishers.ofByteArray(new byte[100_000])));
    assertThat(reply.statusCode()).isEqualTo(400);
  }

  @Test
  void turnsAFailureBeforeTheFirstBytesIntoAnErrorAndALaterOneIntoABrokenBody() {
    HttpResponse<String> early = server.get("/echo/breaks/1000");
    assertThat(early.statusCode()).isEqualTo(404);
    assertThatThrownBy(() -> server.get("/echo/breaks/200000"))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(server.get("/echo/whoami").statusCode()).isEqualTo(200);
  }

  @Test
  void answersHotPathsOnTheEventLoop() {
    HttpResponse<String> reply = server.post("/echo/hot/m", "{\"inputs\":1}");
    assertThat(reply.body()).isEqualTo("ann m 12 false");
    HttpResponse<String> failed = server.post("/echo/hot/m", "{ }");
    assertThat(failed.statusCode()).isEqualTo(400);
    assertThat(json(failed).path("error").textValue()).contains("'inputs'");
  }

  @Test
  void listsEveryEndpointWithItsPermission() {
    JsonNode list = json(server.get("/api/2.0/boathouse/endpoints")).path("endpoints");
    assertThat(list.size()).isEqualTo(server.server().catalog().endpoints().size());
    JsonNode openApi = json(server.get("/api/2.0/boathouse/openapi.json"));
    assertThat(openApi.path("openapi").textValue()).isEqualTo("3.1.0");
    assertThat(openApi.path("paths").path("/echo/items/{name}").path("get").path("description"))
        .hasToString("\"Permission: Any authenticated principal: test\"");
  }

  @Test
  void refusesToStartOnACollision() {
    Endpoint undeclared = new Endpoint(Endpoint.Method.GET, "/x", "x");
    Endpoint one = undeclared.requires(EchoRoutes.ANYONE);
    assertStartFails(api -> add(api, undeclared), "declares no permission");
    assertStartFails(
        api -> {
          add(api, one);
          add(api, new Endpoint(Endpoint.Method.GET, "/y", "x", EchoRoutes.ANYONE));
        },
        "Operation id x is taken");
    assertStartFails(
        api -> {
          add(api, new Endpoint(Endpoint.Method.GET, "/x/:a", "x1", EchoRoutes.ANYONE));
          add(api, new Endpoint(Endpoint.Method.GET, "/x/:b", "x2", EchoRoutes.ANYONE));
        },
        "is served by x1");
  }

  private static void add(Api api, Endpoint endpoint) {
    api.handle(endpoint, ErrorFormat.TEXT, request -> Reply.of(Map.of()));
  }

  private static void assertStartFails(Routes routes, String words) {
    assertThatThrownBy(() -> TestServer.start(routes).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(words);
  }

  @Test
  void saysWhichPortIsTaken() {
    HttpConfig taken = HttpConfig.DEFAULTS.withPort(server.port());
    try (var lanes =
        new io.boathouse.platform.lane.Lanes(io.boathouse.platform.lane.LaneConfig.DEFAULTS)) {
      assertThatThrownBy(
              () ->
                  HttpServer.start(
                      taken,
                      lanes,
                      new io.boathouse.platform.auth.FixedTokens(),
                      List.of(),
                      RequestObserver.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(Integer.toString(server.port()));
    }
  }

  @Test
  void finishesRequestsInWorkBeforeItCloses() throws Exception {
    EchoRoutes routes = new EchoRoutes();
    TestServer closing = TestServer.start(routes);
    CompletableFuture<HttpResponse<String>> inWork =
        closing
            .client()
            .sendAsync(closing.request("/echo/slow?millis=800").build(), BodyHandlers.ofString());
    routes.slowStarted.await();
    closing.server().close();
    assertThat(inWork.join().statusCode()).isEqualTo(200);
    assertThatThrownBy(
            () ->
                HttpClient.newHttpClient()
                    .send(
                        HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + closing.port() + "/health"))
                            .build(),
                        BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
    closing.close();
  }
}
