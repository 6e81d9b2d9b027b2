package io.boathouse.catalog.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions of browsers, and the codes that begin them. */
class SessionsTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static TestCatalog catalog;
  private static TokenService tokens;
  private static Authenticator authenticator;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    tokens = catalog.module.tokens();
    authenticator = catalog.module.authenticator();
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  // Fails without Token.until in StoredTokens.verify and in the cache: idle sessions stay.
  @Test
  void case14_aSessionEndsWhenNobodyUsesItAndAtItsEndWhoeverUsesIt() {
    Caller user = catalog.user("browsing");
    NewToken made =
        tokens.create(
            user, TokenService.Wish.session("browser", Duration.ofHours(8), Duration.ofHours(1)));
    assertThat(tokens.sessions(user)).hasSize(1);
    for (int minutes = 0; minutes < 7 * 60; minutes += 50) {
      authenticator.authenticate(bearer(made));
      catalog.pass(Duration.ofMinutes(50));
    }
    authenticator.authenticate(bearer(made));
    catalog.pass(Duration.ofMinutes(61));
    assertRefused(bearer(made));
    assertThat(tokens.sessions(user)).isEmpty();
    NewToken idle =
        tokens.create(
            user, TokenService.Wish.session("browser", Duration.ofHours(8), Duration.ofHours(1)));
    catalog.pass(Duration.ofMinutes(61));
    assertRefused(bearer(idle));
    NewToken other =
        tokens.create(
            user, TokenService.Wish.session("browser", Duration.ofHours(8), Duration.ofHours(1)));
    authenticator.authenticate(bearer(other));
    tokens.endSession(user, other.token().id());
    assertRefused(bearer(other));
  }

  // Fails without ON DELETE CASCADE of catalog_token.begun_by: the session stays for eight hours.
  @Test
  void case17_aSessionEndsWithTheTokenThatBeganIt() {
    Caller user = catalog.user("beginning");
    NewToken first = tokens.create(user, "laptop", Duration.ofHours(2));
    Caller caller = authenticator.authenticate(bearer(first));
    NewToken session = tokens.createSession(caller, "browser");
    assertThat(session.token().expiresAt().orElseThrow())
        .isBeforeOrEqualTo(first.token().expiresAt().orElseThrow());
    authenticator.authenticate(bearer(session));
    tokens.revoke(user, first.token().id());
    assertThat(authenticator.cached(bearer(session))).isEmpty();
    assertRefused(bearer(session));
  }

  // Fails without ON DELETE CASCADE of catalog_sign_in_code.token_id: the code still signs in.
  @Test
  void case17_aSignInCodeEndsWithTheTokenThatAskedForIt() {
    Caller user = catalog.user("linking");
    NewToken first = tokens.create(user, "laptop", DAY);
    Caller caller = authenticator.authenticate(bearer(first));
    SignInCodes codes = new SignInCodes(catalog.fixture.database(), tokens, catalog.now::get);
    SignInCodes.Code good = codes.create(caller);
    NewToken session = codes.redeem(good.value(), "r");
    SignInCodes.Code late = codes.create(caller);
    tokens.revoke(user, first.token().id());
    assertRefused(bearer(session));
    assertThatThrownBy(() -> codes.redeem(late.value(), "r")).isInstanceOf(LakeException.class);
  }

  // Fails where codes wait in the memory of the server that made them.
  @Test
  void aSignInCodeIsGoodOnceOnAnyServerAndKeptAsItsHash() {
    Caller caller =
        authenticator.authenticate(bearer(tokens.create(catalog.user("moving"), "", DAY)));
    SignInCodes one = new SignInCodes(catalog.fixture.database(), tokens, catalog.now::get);
    SignInCodes other = new SignInCodes(catalog.fixture.database(), tokens, catalog.now::get);
    SignInCodes.Code code = one.create(caller);
    assertThat(everyCode()).doesNotContain(code.value());
    assertThat(other.redeem(code.value(), "r").token().principal()).isEqualTo("moving");
    assertThatThrownBy(() -> one.redeem(code.value(), "r")).isInstanceOf(LakeException.class);
    SignInCodes.Code old = one.create(caller);
    catalog.pass(SignInCodes.PATIENCE);
    assertThatThrownBy(() -> other.redeem(old.value(), "r")).isInstanceOf(LakeException.class);
  }

  private static void assertRefused(Credentials credentials) {
    assertThat(
            catchThrowableOfType(LakeException.class, () -> authenticator.authenticate(credentials))
                .code())
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  private static Credentials bearer(NewToken token) {
    return new Credentials.Bearer(token.value());
  }

  private static String everyCode() {
    return catalog
        .fixture
        .database()
        .read(
            handle ->
                handle
                    .createQuery("SELECT string_agg(c::text, ' ') FROM catalog_sign_in_code c")
                    .mapTo(String.class)
                    .one());
  }
}
