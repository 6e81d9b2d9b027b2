package io.boathouse.catalog.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The audit over HTTP. */
public final class AuditRoutes implements Routes {
  static final Endpoint SEARCH =
      new Endpoint(Method.GET, "/api/2.0/boathouse/audit", "searchAudit")
          .requires(
              Permission.authenticated(
                  "what the caller did itself; everything for administrators"));

  private final AuditService audit;

  public AuditRoutes(AuditService audit) {
    this.audit = audit;
  }

  @Override
  public void mount(Api api) {
    api.handle(SEARCH, ErrorFormat.DATABRICKS, this::search);
  }

  record Body(
      @JsonProperty("records") List<Entry> records,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record Entry(
      @JsonProperty("id") long id,
      @JsonProperty("at") Instant at,
      @JsonProperty("request_id") String requestId,
      @JsonProperty("principal") String principal,
      @JsonProperty("token_id") Optional<String> tokenId,
      @JsonProperty("remote_address") String remoteAddress,
      @JsonProperty("user_agent") String userAgent,
      @JsonProperty("action") String action,
      @JsonProperty("securable_type") Optional<String> securableType,
      @JsonProperty("securable_name") Optional<String> securableName,
      @JsonProperty("securable_id") Optional<String> securableId,
      @JsonProperty("decision") String decision,
      @JsonProperty("reason") Optional<String> reason,
      @JsonProperty("parameters") Map<String, String> parameters) {
    static Entry of(AuditRecord entry) {
      return new Entry(
          entry.id(),
          entry.at(),
          entry.requestId(),
          entry.principal(),
          entry.tokenId(),
          entry.remoteAddress(),
          entry.userAgent(),
          entry.action(),
          entry.securableType().map(Enum::name),
          entry.securableName(),
          entry.securableId().map(Object::toString),
          entry.decision().name(),
          entry.reason(),
          entry.parameters());
    }
  }

  private Reply search(Request request) {
    AuditQuery query =
        new AuditQuery(
            request.query("principal"),
            request.query("action"),
            request.query("name"),
            request.query("decision").map(AuditRoutes::decision),
            request.query("request_id"),
            request.query("from").map(text -> instant("from", text)),
            request.query("until").map(text -> instant("until", text)),
            PageRequest.of(request, 100, 1_000));
    Page<Entry> page = audit.search(request.caller(), query).map(Entry::of);
    return Reply.of(new Body(page.items(), page.nextPageToken()));
  }

  private static AuditRecord.Decision decision(String text) {
    return Arrays.stream(AuditRecord.Decision.values())
        .filter(decision -> decision.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> HttpErrors.invalidParameter("decision", text, "ALLOWED or DENIED"));
  }

  private static Instant instant(String name, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw HttpErrors.invalidParameter(name, text, "an instant such as 2026-01-31T08:00:00Z");
    }
  }
}
