package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input at the packaged server's door: an error that names the offence, and nothing kept. */
@Conformance
class BadInputTest {
  private static final String CATALOGS = "/api/2.1/unity-catalog/catalogs";

  private static Http http;

  @BeforeAll
  static void open(PackagedServer server) {
    http = new Http(server);
  }

  /** With the name as the format of the message, instead of its argument, this was a 500. */
  @ParameterizedTest
  @ValueSource(strings = {"%s%n%d", "#{7*7}", "{{7*7}}"})
  void case36_textThatLooksLikeATemplateStaysText(String text) {
    var absent = http.get(CATALOGS + "/" + URLEncoder.encode(text, StandardCharsets.UTF_8));
    assertThat(absent.statusCode()).isEqualTo(404);
    assertThat(Http.parse(absent.body()).path("message").textValue()).contains(text);
    String name = "bad_template_" + Integer.toHexString(text.hashCode());
    var unused =
        Http.json(http.post(CATALOGS, "{\"name\":\"" + name + "\",\"comment\":\"" + text + "\"}"));
    assertThat(Http.json(http.get(CATALOGS + "/" + name)).path("comment").textValue())
        .isEqualTo(text);
  }

  /** A token that another issuer signed is no token of ours, whatever it says about itself. */
  @ParameterizedTest
  @ValueSource(strings = {"/mcp", CATALOGS, "/api/2.0/mlflow/experiments/search"})
  void case46_aTokenForAnotherAudienceIsRefused(String path, PackagedServer server) {
    String token =
        part("{\"alg\":\"none\"}")
            + "."
            + part("{\"sub\":\"admin\",\"aud\":\"https://elsewhere.example\",\"exp\":4102444800}")
            + ".";
    var reply = new Http(server.url(), token).post(path, "{}");
    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(reply.headers().firstValue("www-authenticate").orElse("")).startsWith("Bearer");
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void malformedJsonIsRefusedWithItsPlaceAndMakesNothing() {
    var reply = http.post(CATALOGS, "{\"name\":\"bad_half\",");
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(Http.parse(reply.body()).path("error_code").textValue())
        .isEqualTo("INVALID_ARGUMENT");
    assertThat(reply.body()).contains("line");
    assertThat(http.get(CATALOGS + "/bad_half").statusCode()).isEqualTo(404);
  }

  @Test
  void aFieldOfTheWrongTypeOrAMissingOneIsNamed() {
    assertThat(http.post(CATALOGS, "{\"name\":{\"a\":1}}").body()).contains("name");
    assertThat(http.post(CATALOGS, "{}").body()).contains("name");
    assertThat(http.post("/api/2.0/mlflow/runs/log-metric", "{\"key\":\"m\"}").body())
        .contains("INVALID_PARAMETER_VALUE", "run_id");
  }

  @Test
  void anUnknownPathIsNotFoundInTheProtocolOfItsNeighbours() {
    var reply = http.get("/api/2.1/unity-catalog/no-such-thing");
    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(Http.parse(reply.body()).has("error_code")).isTrue();
    assertThat(http.post("/api/2.0/mlflow/no-such-thing", "{}").statusCode()).isEqualTo(404);
  }

  /** The limit is known from the length that is announced; the body is never read. */
  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsSent(PackagedServer server) throws IOException {
    String reply;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST "
                  + CATALOGS
                  + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + server.token()
                  + "\r\nContent-Type: application/json\r\nContent-Length: 5000000000\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      reply = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
    }
    assertThat(reply).isEqualTo("HTTP/1.1 413");
    assertThat(http.get("/health").body()).isEqualTo("OK");
  }
}
