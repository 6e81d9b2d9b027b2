package io.boathouse.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/** Makes users who have no rights, each with a token of their own. */
public final class Users {
  private final Http admin;

  public Users(Http admin) {
    this.admin = admin;
  }

  /** Makes a user of this name and returns a token that acts as them. */
  public String token(String name) {
    JsonNode unused =
        Http.json(
            admin.post(
                "/api/2.0/preview/scim/v2/Users",
                "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\""
                    + name
                    + "\"}"));
    return Http.json(
            admin.post(
                "/api/2.0/token-management/on-behalf-of/tokens",
                "{\"application_id\":\""
                    + name
                    + "\",\"comment\":\"test\",\"lifetime_seconds\":3600}"))
        .path("token_value")
        .textValue();
  }
}
