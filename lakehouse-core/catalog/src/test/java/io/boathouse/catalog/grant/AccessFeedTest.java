package io.boathouse.catalog.grant;

import static io.boathouse.catalog.securable.SecurableType.CATALOG;
import static io.boathouse.catalog.securable.SecurableType.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.CutLine;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.NewToken;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.db.MetadataDatabase;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one database, of which the second reaches it over a line that can be cut. */
@Timeout(60)
class AccessFeedTest {
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final AccessFeed.Pace QUICK =
      new AccessFeed.Pace(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(900));

  @TempDir Path folder;
  private final TestCatalog here = new TestCatalog();
  private CutLine line;
  private MetadataDatabase database;
  private CatalogModule there;

  @BeforeEach
  void open() throws Exception {
    String url = here.fixture.url();
    int port = URI.create(url.substring("jdbc:".length())).getPort();
    line = new CutLine(port);
    database =
        MetadataDatabase.open(
            folder,
            new DatabaseConfig(
                Optional.of(url.replace(":" + port + "/", ":" + line.port() + "/")),
                Optional.of(here.fixture.user()),
                Optional.of(here.fixture.password()),
                5));
    there = new CatalogModule(database.database(), new LocalFileStore(folder), here.now::get);
  }

  @AfterEach
  void close() throws Exception {
    there.close();
    line.mend();
    database.close();
    line.close();
    here.close();
  }

  private static void within(Duration most, BooleanSupplier done) {
    long end = System.nanoTime() + most.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within " + most).isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private Credentials known(Caller user) {
    NewToken made = here.module.tokens().create(user, "", Duration.ofDays(1));
    Credentials credentials = new Credentials.Bearer(made.value());
    within(
        TWO_SECONDS,
        () -> {
          there.authenticator().authenticate(credentials);
          return there.authenticator().cached(credentials).isPresent();
        });
    return credentials;
  }

  private boolean isOut(Credentials credentials) {
    if (there.authenticator().cached(credentials).isPresent()) {
      return false;
    }
    var refusal =
        catchThrowableOfType(
            LakeException.class, () -> there.authenticator().authenticate(credentials));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    return true;
  }

  // Fails without AccessStamp.heard moving the number: the decision and the token's caller stay.
  @Test
  void case17_whatIsTakenAwayOnOneServerIsGoneFromTheOtherWithinTwoSeconds() {
    try (AccessFeed feed = new AccessFeed(there.accessStamp(), AccessFeed.Pace.STANDARD)) {
      assertThat(feed).isNotNull();
      Caller ann = here.user("ann");
      Credentials token = known(ann);
      Principal group = here.group("pilots");
      here.module.principals().addMember(here.admin, group.id(), ann.principalId());
      here.create(here.admin, CATALOG, "air");
      Securable schema = here.create(here.admin, SCHEMA, "air.base");
      here.grant(CATALOG, "air", "pilots", Privilege.USE_CATALOG);
      here.grant(SCHEMA, "air.base", "ann", Privilege.USE_SCHEMA);
      Authorizer other = there.authorizer();
      within(TWO_SECONDS, () -> other.allows(ann, Privilege.USE_SCHEMA, schema));
      assertThat(other.cachedDecision(ann, Privilege.USE_SCHEMA, schema.id())).contains(true);

      here.revoke(SCHEMA, "air.base", "ann", Privilege.USE_SCHEMA);
      within(
          TWO_SECONDS,
          () ->
              other.cachedDecision(ann, Privilege.USE_SCHEMA, schema.id()).isEmpty()
                  && !other.allows(ann, Privilege.USE_SCHEMA, schema));
      here.grant(SCHEMA, "air.base", "pilots", Privilege.USE_SCHEMA);
      within(TWO_SECONDS, () -> other.allows(ann, Privilege.USE_SCHEMA, schema));
      here.module.principals().removeMember(here.admin, group.id(), ann.principalId());
      within(TWO_SECONDS, () -> !other.allows(ann, Privilege.USE_SCHEMA, schema));

      Credentials second = known(ann);
      here.module
          .principals()
          .update(
              here.admin,
              ann.principalId(),
              new NewPrincipal(
                  "ann", Principal.Kind.USER, Optional.empty(), Optional.empty(), false));
      within(TWO_SECONDS, () -> isOut(token) && isOut(second));
      Caller bob = here.user("bob");
      Credentials third = known(bob);
      here.module.principals().delete(here.admin, Principal.Kind.USER, bob.principalId());
      within(TWO_SECONDS, () -> isOut(third));
    }
  }

  // Fails without AccessStamp.requireFresh: the token and the decision are known for a minute more.
  @Test
  void case17_aServerThatIsCutOffFromItsDatabaseRefusesAfterAWhile() {
    try (AccessFeed feed = new AccessFeed(there.accessStamp(), QUICK)) {
      assertThat(feed).isNotNull();
      Caller ann = here.user("ann");
      here.create(here.admin, CATALOG, "air");
      here.grant(CATALOG, "air", "ann", Privilege.USE_CATALOG);
      Securable catalog =
          here.module.securables().get(ann, CATALOG, FullName.parse(CATALOG, "air"));
      Credentials token = known(ann);
      within(TWO_SECONDS, () -> there.authorizer().allows(ann, Privilege.USE_CATALOG, catalog));

      within(
          TWO_SECONDS,
          () -> {
            there.authenticator().authenticate(token);
            LockSupport.parkNanos(300_000_000);
            return there.authenticator().cached(token).isPresent();
          });
      line.cut();
      within(TWO_SECONDS, () -> there.authenticator().cached(token).isEmpty());
      assertThat(there.authorizer().cachedDecision(ann, Privilege.USE_CATALOG, catalog.id()))
          .isEmpty();
      var refusal =
          catchThrowableOfType(
              LakeException.class, () -> there.authenticator().authenticate(token));
      assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(refusal.reason()).isEqualTo("CUT_OFF");
      var undecided =
          catchThrowableOfType(
              LakeException.class,
              () -> there.authorizer().allows(ann, Privilege.USE_CATALOG, catalog));
      assertThat(undecided.reason()).isEqualTo("CUT_OFF");

      here.revoke(CATALOG, "air", "ann", Privilege.USE_CATALOG);
      line.mend();
      within(
          Duration.ofSeconds(10),
          () -> {
            try {
              return !there.authorizer().allows(ann, Privilege.USE_CATALOG, catalog);
            } catch (LakeException notYet) {
              assertThat(notYet.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              return false;
            }
          });
      assertThat(there.authenticator().authenticate(token).principal()).isEqualTo("ann");
    }
  }

  @Test
  void theLongestSilenceIsTenSeconds() {
    assertThat(AccessFeed.Pace.STANDARD.longest()).isEqualTo(Duration.ofSeconds(10));
    assertThat(AccessFeed.Pace.STANDARD.every().plus(AccessFeed.Pace.STANDARD.patience()))
        .isLessThan(TWO_SECONDS);
  }
}
