package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Secrets of service principals, on the account's paths and on the workspace's. */
final class ClientSecretRoutes implements Routes {
  private static final String ACCOUNT =
      "/api/2.0/accounts/:account_id/servicePrincipals/:id/credentials/secrets";
  private static final String WORKSPACE =
      "/api/2.0/accounts/servicePrincipals/:id/credentials/secrets";
  private static final Duration USUAL_LIFETIME = Duration.ofDays(730);
  private static final Pattern SECONDS = Pattern.compile("(\\d{1,10})(?:\\.0+)?s");

  static final Endpoint CREATE =
      new Endpoint(Method.POST, WORKSPACE, "createServicePrincipalSecret")
          .requires(Permission.administrator());
  static final Endpoint LIST =
      new Endpoint(Method.GET, WORKSPACE, "listServicePrincipalSecrets")
          .requires(Permission.administrator());
  static final Endpoint DELETE =
      new Endpoint(Method.DELETE, WORKSPACE + "/:secret_id", "deleteServicePrincipalSecret")
          .requires(Permission.administrator());

  private final ClientSecretService secrets;
  private final Installation installation;

  ClientSecretRoutes(ClientSecretService secrets, Installation installation) {
    this.secrets = secrets;
    this.installation = installation;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(DELETE, ErrorFormat.DATABRICKS, this::delete);
    api.handle(
        CREATE.at(ACCOUNT, "Account"),
        ErrorFormat.DATABRICKS,
        installation.inAccount(this::create));
    api.handle(
        LIST.at(ACCOUNT, "Account"), ErrorFormat.DATABRICKS, installation.inAccount(this::list));
    api.handle(
        DELETE.at(ACCOUNT + "/:secret_id", "Account"),
        ErrorFormat.DATABRICKS,
        installation.inAccount(this::delete));
  }

  /**
   * @param lifetime as protocol buffers write durations, such as {@code 3600s}
   */
  record CreateBody(@JsonProperty("lifetime") Optional<String> lifetime) {
    Duration duration() {
      return lifetime
          .filter(text -> !text.isEmpty())
          .map(CreateBody::parsed)
          .orElse(USUAL_LIFETIME);
    }

    private static Duration parsed(String text) {
      var matcher = SECONDS.matcher(text);
      if (!matcher.matches()) {
        throw HttpErrors.invalidParameter("lifetime", text, "seconds, such as 3600s");
      }
      return Duration.ofSeconds(Long.parseLong(matcher.group(1)));
    }
  }

  record SecretBody(
      @JsonProperty("id") String id,
      @JsonProperty("secret") Optional<String> secret,
      @JsonProperty("secret_hash") String secretHash,
      @JsonProperty("status") String status,
      @JsonProperty("create_time") String createTime,
      @JsonProperty("update_time") String updateTime,
      @JsonProperty("expire_time") String expireTime) {
    static SecretBody of(ClientSecret secret, Optional<String> value) {
      return new SecretBody(
          secret.id().toString(),
          value,
          secret.hash(),
          "ACTIVE",
          secret.createdAt().toString(),
          secret.createdAt().toString(),
          secret.expiresAt().toString());
    }
  }

  record ListBody(@JsonProperty("secrets") List<SecretBody> secrets) {}

  private Reply create(Request request) {
    NewClientSecret made =
        secrets.create(
            request.caller(), id(request, "id"), request.json(CreateBody.class).duration());
    return Reply.of(SecretBody.of(made.secret(), Optional.of(made.value())))
        .withHeader("Cache-Control", "no-store");
  }

  private Reply list(Request request) {
    return Reply.of(
        new ListBody(
            secrets.list(request.caller(), id(request, "id")).stream()
                .map(secret -> SecretBody.of(secret, Optional.empty()))
                .toList()));
  }

  private Reply delete(Request request) {
    secrets.delete(request.caller(), id(request, "id"), id(request, "secret_id"));
    return Reply.empty();
  }

  private static UUID id(Request request, String name) {
    String id = request.pathParam(name);
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw HttpErrors.invalidParameter(name, id, "the id of a service principal or secret");
    }
  }
}
