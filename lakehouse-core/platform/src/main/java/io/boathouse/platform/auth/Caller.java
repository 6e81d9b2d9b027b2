package io.boathouse.platform.auth;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who asks: an authenticated principal with its groups as of the request, and what is needed to
 * audit the request. Every public service method takes one first.
 *
 * @param principalId the stable id of the principal; names can change, ids never do
 * @param principal the name under which the principal is shown and granted rights
 * @param kind user, service principal, or a named part of the server itself
 * @param groups names of all groups that the principal belongs to, nested ones included
 * @param tokenId the id (never the value) of the token that was presented
 * @param scopes what the presented token is narrowed to; none for one that reaches every operation
 * @param requestId the id that ties log lines, audit rows and the reply together
 * @param remoteAddress the peer's address as text, or "local" for work that no request caused
 * @param userAgent the client's own name for itself, shortened to 200 characters
 */
public record Caller(
    UUID principalId,
    String principal,
    Kind kind,
    Set<String> groups,
    Optional<String> tokenId,
    Set<String> scopes,
    String requestId,
    String remoteAddress,
    String userAgent) {

  /** What sort of principal this is. */
  public enum Kind {
    USER,
    SERVICE_PRINCIPAL,
    /** A named part of the server that does background work; it goes through every check. */
    SYSTEM
  }

  public Caller {
    if (principal.isBlank()) {
      throw new IllegalArgumentException("principal: blank (expected: a name)");
    }
    groups = Set.copyOf(groups);
    scopes = Set.copyOf(scopes);
  }

  /** A caller whose token, if any, is not narrowed. */
  public Caller(
      UUID principalId,
      String principal,
      Kind kind,
      Set<String> groups,
      Optional<String> tokenId,
      String requestId,
      String remoteAddress,
      String userAgent) {
    this(
        principalId,
        principal,
        kind,
        groups,
        tokenId,
        Set.of(),
        requestId,
        remoteAddress,
        userAgent);
  }

  /** The same caller inside another request, as when an authenticated identity is reused. */
  public Caller inRequest(String newRequestId, String newRemoteAddress, String newUserAgent) {
    return new Caller(
        principalId,
        principal,
        kind,
        groups,
        tokenId,
        scopes,
        newRequestId,
        newRemoteAddress,
        newUserAgent);
  }
}
