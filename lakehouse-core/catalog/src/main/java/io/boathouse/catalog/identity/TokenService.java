package io.boathouse.catalog.identity;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes, lists and revokes tokens. A value is shown once, when it is made; kept is its SHA-256.
 * Every token expires. Thread-safe; every method blocks on the metadata database.
 */
public final class TokenService {
  /** The longest life of a token. */
  public static final Duration MAX_LIFETIME = Duration.ofDays(730);

  /** The life of a token for which none is asked. */
  public static final Duration DEFAULT_LIFETIME = Duration.ofDays(90);

  private static final int MOST_TOKENS = 600;
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /**
   * What is wished of a token.
   *
   * @param comment what it is for; may be empty
   * @param scopes what it is to reach; none for as much as its maker's token does
   * @param idle after which time without use it is over
   */
  public record Wish(
      String comment, Duration lifetime, Set<String> scopes, Optional<Duration> idle) {
    public Wish {
      scopes = Set.copyOf(scopes);
    }

    /** A token that is good however long nobody uses it. */
    public Wish(String comment, Duration lifetime, Set<String> scopes) {
      this(comment, lifetime, scopes, Optional.empty());
    }

    /** Of somebody who signed in with a browser. */
    static Wish session(String comment, Duration lifetime, Duration idle) {
      return new Wish(comment, lifetime, Set.of(), Optional.of(idle));
    }
  }

  private final Database database;
  private final Authorizer authorizer;
  private final AccessStamp stamp;
  private final AuditLog audit;
  private final InstantSource clock;
  private final TokenRepository tokens;
  private final PrincipalRepository principals;

  /** Creates the service over the tokens of this database. */
  public TokenService(
      Database database,
      Authorizer authorizer,
      AccessStamp stamp,
      AuditLog audit,
      InstantSource clock) {
    this.database = database;
    this.authorizer = authorizer;
    this.stamp = stamp;
    this.audit = audit;
    this.clock = clock;
    this.tokens = new TokenRepository(database);
    this.principals = new PrincipalRepository(database);
  }

  /** Makes a token that speaks for the caller. @param comment what it is for; may be empty */
  public NewToken create(Caller caller, String comment, Duration lifetime) {
    return create(caller, new Wish(comment, lifetime, Set.of()));
  }

  /** Makes a token that speaks for the caller, and reaches no more than what it came with. */
  public NewToken create(Caller caller, Wish wish) {
    return database.inTransaction(
        () -> {
          Principal self =
              principals
                  .find(caller.principalId())
                  .orElseThrow(() -> IdentityErrors.principalNotFound(caller.principal()));
          return make(caller, self, wish);
        });
  }

  /** Signs the caller in with a browser, for no longer than the token that it came with is good. */
  NewToken createSession(Caller caller, String comment) {
    return database.inTransaction(
        () -> {
          Optional<Token> first = kept(caller);
          Duration longest =
              first
                  .flatMap(Token::expiresAt)
                  .map(end -> Duration.between(clock.instant(), end))
                  .filter(left -> left.compareTo(SignInService.SESSION) < 0)
                  .orElse(SignInService.SESSION);
          NewToken session = create(caller, Wish.session(comment, longest, SignInService.IDLE));
          first.ifPresent(token -> tokens.begun(session.token().id(), token.id()));
          return session;
        });
  }

  /** The token that the caller came with, if it is one that is kept here. */
  Optional<Token> kept(Caller caller) {
    return caller
        .tokenId()
        .filter(TokenService::isKept)
        .map(UUID::fromString)
        .flatMap(tokens::find);
  }

  private static boolean isKept(String tokenId) {
    return UUID_TEXT.matcher(tokenId).matches();
  }

  /** Makes a token that speaks for another user or service principal; for administrators. */
  public NewToken createFor(Caller caller, String principal, String comment, Duration lifetime) {
    return createFor(caller, principal, new Wish(comment, lifetime, Set.of()));
  }

  /** As the other. */
  public NewToken createFor(Caller caller, String principal, Wish wish) {
    return database.inTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "make tokens for others");
          Principal other =
              principals
                  .find(principal)
                  .orElseThrow(() -> IdentityErrors.principalNotFound(principal));
          return make(caller, other, wish);
        });
  }

  /** The caller's own tokens that have not expired, newest first. */
  public List<Token> list(Caller caller) {
    return tokens.list(caller.principalId(), clock.instant());
  }

  /**
   * Revokes a token: the caller's own, or anybody's for an administrator. When this returns, nobody
   * is let in with it any more.
   */
  public void revoke(Caller caller, UUID id) {
    database.useTransaction(
        () -> {
          Token token = get(caller, id);
          tokens.delete(id);
          stamp.changed();
          audit.recorded(caller, "REVOKE_TOKEN", parameters(token));
        });
  }

  /** Revokes the token that the caller came with, if it is one that is kept here. */
  void revokeOwn(Caller caller) {
    tokens.list(caller.principalId(), clock.instant()).stream()
        .map(Token::id)
        .filter(id -> caller.tokenId().equals(Optional.of(id.toString())))
        .forEach(id -> revoke(caller, id));
  }

  /** Where the caller is signed in with a browser now, newest first. */
  List<Token> sessions(Caller caller) {
    Instant now = clock.instant();
    return tokens.list(caller.principalId(), now).stream()
        .filter(
            token -> token.idle().isPresent() && token.until().filter(now::isBefore).isPresent())
        .toList();
  }

  /**
   * Signs the caller out of one of those.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if it is no session of the caller's
   */
  void endSession(Caller caller, UUID id) {
    Token session =
        sessions(caller).stream()
            .filter(token -> token.id().equals(id))
            .findFirst()
            .orElseThrow(() -> IdentityErrors.tokenNotFound(id.toString()));
    revoke(caller, session.id());
  }

  /**
   * Everybody's tokens that have not expired, newest first; for administrators.
   *
   * @param madeBy only those that this principal made; empty for all
   */
  public List<Token> listAll(Caller caller, Optional<String> madeBy) {
    authorizer.requireAdministrator(caller, "list tokens of others");
    return tokens.listAll(madeBy, clock.instant());
  }

  /** One token, the caller's own or, for an administrator, anybody's. */
  public Token get(Caller caller, UUID id) {
    return tokens
        .find(id)
        .filter(
            found ->
                found.principalId().equals(caller.principalId())
                    || authorizer.isAdministrator(caller))
        .orElseThrow(() -> IdentityErrors.tokenNotFound(id.toString()));
  }

  /** Whether the token that the caller came with is good for longer than this. */
  boolean lasts(Caller caller, Duration longer) {
    Instant then = clock.instant().plus(longer);
    return caller
        .tokenId()
        .flatMap(id -> tokens.find(UUID.fromString(id)))
        .filter(token -> token.expiresAt().isEmpty() || token.expiresAt().get().isAfter(then))
        .isPresent();
  }

  private NewToken make(Caller caller, Principal principal, Wish wish) {
    IdentityErrors.checkText("comment", wish.comment());
    Duration lifetime = wish.lifetime();
    Set<String> scopes =
        TokenScopes.handedOn(caller.scopes(), wish.scopes())
            .orElseThrow(() -> IdentityErrors.wideScope(caller.scopes()));
    if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
      throw IdentityErrors.badLifetime(lifetime.toSeconds(), MAX_LIFETIME.toSeconds());
    }
    boolean canLogIn =
        principal.kind() == Principal.Kind.USER
            || principal.kind() == Principal.Kind.SERVICE_PRINCIPAL;
    if (!canLogIn || !principal.active()) {
      throw IdentityErrors.noTokensFor(principal.name());
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    tokens.deleteExpired(principal.id(), now);
    if (tokens.list(principal.id(), now).size() >= MOST_TOKENS) {
      throw IdentityErrors.tooManyTokens(MOST_TOKENS);
    }
    String value = TokenValue.generate();
    Token token =
        new Token(
            UUID.randomUUID(),
            principal.id(),
            principal.name(),
            Optional.of(wish.comment()).filter(text -> !text.isBlank()),
            scopes,
            now,
            caller.principal(),
            Optional.of(now.plus(lifetime)),
            Optional.empty(),
            wish.idle());
    tokens.insert(token, TokenValue.hash(value));
    audit.recorded(caller, "CREATE_TOKEN", parameters(token));
    return new NewToken(token, value);
  }

  private static Map<String, String> parameters(Token token) {
    return Map.of("token_id", token.id().toString(), "principal", token.principal());
  }
}
