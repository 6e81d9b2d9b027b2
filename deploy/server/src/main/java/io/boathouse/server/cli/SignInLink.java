package io.boathouse.server.cli;

import io.boathouse.server.client.RestClient;
import java.io.IOException;
import java.util.Map;

/** The address that signs its owner in to the console, once and for some minutes. */
final class SignInLink {
  private SignInLink() {}

  /**
   * What stands after the {@code #} stays in the browser, so that no log of requests has the code.
   */
  static String of(RestClient client) throws IOException, InterruptedException {
    String code =
        client.send("POST", "/api/2.0/boathouse/session/codes", Map.of()).path("code").textValue();
    return client.url() + "/console/sign-in#code=" + code;
  }
}
