package io.boathouse.catalog.identity;

import static io.boathouse.catalog.securable.SecurableType.CATALOG;
import static io.boathouse.catalog.securable.SecurableType.SCHEMA;
import static io.boathouse.catalog.securable.SecurableType.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.audit.AuditRecord;
import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static TestCatalog catalog;
  private static PrincipalService principals;
  private static TokenService tokens;
  private static Authenticator authenticator;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    principals = catalog.module.principals();
    tokens = catalog.module.tokens();
    authenticator = catalog.module.authenticator();
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Test
  void tokenLetsItsOwnerInWithAllGroupsAndIsKeptOnlyAsAHash() {
    Caller user = catalog.user("ann");
    Principal inner = catalog.group("inner");
    Principal outer = catalog.group("outer");
    principals.addMember(catalog.admin, inner.id(), user.principalId());
    principals.addMember(catalog.admin, outer.id(), inner.id());
    NewToken made = tokens.create(user, "laptop", DAY);
    Caller caller = authenticator.authenticate(bearer(made));
    assertThat(caller.principal()).isEqualTo("ann");
    assertThat(caller.groups()).containsExactlyInAnyOrder("inner", "outer", "account users");
    assertThat(caller.tokenId()).contains(made.token().id().toString());
    assertThat(made.toString()).doesNotContain(made.value());
    assertThat(everyText()).doesNotContain(made.value()).doesNotContain(made.value().substring(3));
  }

  @Test
  void basicCredentialsCarryTheTokenAsPassword() {
    Caller user = catalog.user("basic.user");
    NewToken made = tokens.create(user, "", DAY);
    for (String name : List.of("basic.user", "Basic.User", "token")) {
      Caller caller = authenticator.authenticate(new Credentials.Basic(name, made.value()));
      assertThat(caller.principal()).isEqualTo("basic.user");
    }
    assertRefused(new Credentials.Basic("admin", made.value()));
    assertThat(authenticator.cached(new Credentials.Basic("admin", made.value()))).isEmpty();
  }

  // Fails without the comparison with expires_at, in the database's answer and in the cache.
  @Test
  void case14_expiredTokenIsRefusedAlsoWhenItWasKnown() {
    NewToken made = tokens.create(catalog.user("expiring"), "", Duration.ofSeconds(30));
    authenticator.authenticate(bearer(made));
    assertThat(authenticator.cached(bearer(made))).isPresent();
    catalog.pass(Duration.ofSeconds(30));
    assertThat(authenticator.cached(bearer(made))).isEmpty();
    assertRefused(bearer(made));
  }

  // Fails without AccessStamp.changed in TokenService.revoke: the cached caller stays for a minute.
  @Test
  void case17_revokedTokenIsGoneBeforeTheRevokingCallReturns() {
    Caller user = catalog.user("revoking");
    NewToken made = tokens.create(user, "", DAY);
    authenticator.authenticate(bearer(made));
    assertThat(authenticator.cached(bearer(made))).isPresent();
    tokens.revoke(user, made.token().id());
    assertThat(authenticator.cached(bearer(made))).isEmpty();
    assertRefused(bearer(made));
  }

  @Test
  void case17_disabledAndDeletedPrincipalsAreOutAtOnce() {
    Caller user = catalog.user("leaving");
    NewToken made = tokens.create(user, "", DAY);
    authenticator.authenticate(bearer(made));
    principals.update(
        catalog.admin,
        user.principalId(),
        new NewPrincipal(
            "leaving", Principal.Kind.USER, Optional.empty(), Optional.empty(), false));
    assertThat(authenticator.cached(bearer(made))).isEmpty();
    assertRefused(bearer(made));
    assertThatThrownBy(() -> tokens.createFor(catalog.admin, "leaving", "", DAY))
        .hasMessageContaining("cannot log in");
    principals.delete(catalog.admin, Principal.Kind.USER, user.principalId());
    assertRefused(bearer(made));
  }

  @Test
  void everyRefusalReadsTheSame() {
    Caller user = catalog.user("refused");
    NewToken gone = tokens.create(user, "", DAY);
    tokens.revoke(user, gone.token().id());
    List<String> messages = new ArrayList<>();
    for (Credentials credentials :
        List.of(
            bearer(gone),
            new Credentials.Bearer(TokenValue.generate()),
            new Credentials.Bearer("nonsense"),
            new Credentials.Bearer(""),
            new Credentials.Basic("admin", "admin"))) {
      messages.add(
          catchThrowableOfType(LakeException.class, () -> authenticator.authenticate(credentials))
              .message());
    }
    assertThat(messages).hasSize(5).containsOnly(messages.getFirst());
  }

  // Fails without LoginFailures: no row tells of the attempts, and each is answered at once.
  @Test
  void case30_guessingIsSlowedAndAuditedInBoundedRowsWhileAValidTokenIsServed() throws Exception {
    NewToken good = tokens.create(catalog.user("steady"), "", DAY);
    catalog.pass(Duration.ofMinutes(5));
    long start = System.nanoTime();
    List<Callable<Boolean>> guesses = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Credentials guess =
          i % 2 == 0
              ? new Credentials.Bearer(TokenValue.generate())
              : new Credentials.Basic("admin", "guess" + i);
      guesses.add(
          () -> {
            assertRefused(guess);
            return true;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> running = guesses.stream().map(threads::submit).toList();
      assertThat(authenticator.authenticate(bearer(good)).principal()).isEqualTo("steady");
      for (Future<Boolean> guess : running) {
        assertThat(guess.get()).isTrue();
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
    List<AuditRecord> rows =
        catalog
            .module
            .audit()
            .search(catalog.admin, AuditQuery.newest(1000).ofAction("AUTHENTICATE"))
            .items();
    assertThat(rows).isNotEmpty().hasSizeLessThan(130);
    assertThat(rows).anyMatch(row -> row.principal().equals("user admin"));
    assertThat(rows).allMatch(row -> row.decision() == AuditRecord.Decision.DENIED);
  }

  @Test
  void tokensOfOthersCanNeitherBeSeenNorRevokedButByAnAdministrator() {
    Caller owner = catalog.user("tokens.owner");
    Caller thief = catalog.user("tokens.thief");
    NewToken made = tokens.create(owner, "mine", DAY);
    assertThat(tokens.list(thief)).isEmpty();
    assertThatThrownBy(() -> tokens.revoke(thief, made.token().id()))
        .hasMessageContaining("You have no token");
    assertThatThrownBy(() -> tokens.createFor(thief, "admin", "", DAY))
        .hasMessageContaining("Only members of the group 'admins'");
    assertThat(tokens.list(owner)).extracting(Token::comment).containsExactly(Optional.of("mine"));
    tokens.revoke(catalog.admin, made.token().id());
    assertThat(tokens.list(owner)).isEmpty();
  }

  @Test
  void lifetimeOutsideItsBoundsIsNamed() {
    Caller user = catalog.user("long.life");
    for (Duration lifetime : List.of(Duration.ZERO, Duration.ofDays(731))) {
      assertThatThrownBy(() -> tokens.create(user, "", lifetime))
          .hasMessageContaining("lifetime of " + lifetime.toSeconds());
    }
  }

  // Fails when deleting a principal leaves its id as the owner, or a new user of the same name
  // takes over what the old one had.
  @Test
  void case18_whatADeletedUserOwnedBelongsToTheAdministratorsAndNotToTheNextOfThatName() {
    Caller user = catalog.user("dora");
    catalog.grant(CATALOG, "main", "dora", Privilege.USE_CATALOG, Privilege.CREATE_SCHEMA);
    Securable schema = catalog.create(user, SCHEMA, "main.doras");
    principals.delete(catalog.admin, Principal.Kind.USER, user.principalId());
    assertThat(catalog.module.securables().get(catalog.admin, SCHEMA, schema.name()).owner())
        .isEqualTo("admins");
    Caller next = catalog.user("dora");
    assertThat(catalog.module.authorizer().allows(next, Privilege.USE_SCHEMA, schema)).isFalse();
    assertThat(catalog.module.grants().list(catalog.admin, CATALOG, FullName.of("main")))
        .noneMatch(assignment -> assignment.principal().equals("dora"));
    assertThat(catalog.module.authorizer().allows(user, Privilege.BROWSE, schema)).isFalse();
  }

  @Test
  void case18_whatADeletedGroupOwnedBelongsToTheAdministrators() {
    Principal group = catalog.group("owners");
    Securable table = catalog.create(catalog.admin, TABLE, "main.default.owned_by_group");
    catalog
        .module
        .securables()
        .update(catalog.admin, TABLE, table.name(), SecurableChange.owner("owners"));
    principals.delete(catalog.admin, Principal.Kind.GROUP, group.id());
    assertThat(catalog.module.securables().byId(catalog.admin, table.id()).owner())
        .isEqualTo("admins");
  }

  // Fails without the check of MANAGE in GrantService.change.
  @Test
  void case19_userCannotGrantItselfNorJoinAGroupNorChangeAnOwner() {
    Caller user = catalog.user("climber");
    catalog.grant(CATALOG, "main", "climber", Privilege.USE_CATALOG, Privilege.BROWSE);
    FullName main = FullName.of("main");
    assertDenied(
        () -> catalog.module.grants().grant(user, CATALOG, main, "climber", Privilege.SELECT));
    assertDenied(
        () -> catalog.module.grants().grant(user, CATALOG, main, "climber", Privilege.MANAGE));
    assertDenied(() -> principals.addMember(user, BuiltInGroups.ADMINS_ID, user.principalId()));
    assertDenied(
        () ->
            catalog
                .module
                .securables()
                .update(user, CATALOG, main, SecurableChange.owner("climber")));
  }

  // Fails without the walk upwards in PrincipalService.addMember: the cycle is stored.
  @Test
  void case19_groupCycleIsRefusedAlsoOverTwoStepsAndAtTheSameTime() throws Exception {
    Principal a = catalog.group("cycle.a");
    Principal b = catalog.group("cycle.b");
    Principal c = catalog.group("cycle.c");
    principals.addMember(catalog.admin, a.id(), b.id());
    principals.addMember(catalog.admin, b.id(), c.id());
    for (Principal closing : List.of(a, b, c)) {
      assertThatThrownBy(() -> principals.addMember(catalog.admin, c.id(), closing.id()))
          .isInstanceOfSatisfying(
              LakeException.class,
              failure -> assertThat(failure.reason()).isEqualTo("GROUP_CYCLE"));
    }
    Principal x = catalog.group("cycle.x");
    Principal y = catalog.group("cycle.y");
    List<Callable<Boolean>> both = List.of(() -> added(x, y), () -> added(y, x));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long successes = 0;
      for (Future<Boolean> result : threads.invokeAll(both)) {
        successes += result.get() ? 1 : 0;
      }
      assertThat(successes).isEqualTo(1);
    }
  }

  @Test
  void lastAdministratorAndTheBuiltInGroupsStay() {
    assertThatThrownBy(
            () ->
                principals.removeMember(
                    catalog.admin, BuiltInGroups.ADMINS_ID, catalog.admin.principalId()))
        .hasMessageContaining("last active administrator");
    assertThatThrownBy(
            () ->
                principals.delete(catalog.admin, Principal.Kind.USER, catalog.admin.principalId()))
        .hasMessageContaining("last active administrator");
    assertThatThrownBy(
            () ->
                principals.delete(catalog.admin, Principal.Kind.GROUP, BuiltInGroups.EVERYBODY_ID))
        .hasMessageContaining("belongs to the server");
  }

  @Test
  void namesAreUniqueAmongUsersAndGroupsWithoutRegardToCase() {
    catalog.user("Unique");
    assertThatThrownBy(() -> catalog.group("unIQUE")).hasMessageContaining("exists already");
    for (String bad : List.of("", " ", " a", "a\nb", "a\u200bb", "x".repeat(256))) {
      assertThatThrownBy(() -> catalog.user(bad)).isInstanceOf(LakeException.class);
    }
  }

  @Test
  void administratorsTokenIsKeptWhileGoodAndReplacedWhenNot() {
    Bootstrap bootstrap = catalog.module.bootstrap();
    String first = bootstrap.administratorToken("");
    assertThat(bootstrap.administratorToken(first + "\n")).isEqualTo(first);
    assertThat(bootstrap.administratorToken("garbage")).isNotEqualTo(first);
    catalog.pass(TokenService.DEFAULT_LIFETIME.minus(Duration.ofHours(23)));
    String second = bootstrap.administratorToken(first);
    assertThat(second).isNotEqualTo(first);
    Caller caller = authenticator.authenticate(new Credentials.Bearer(second));
    assertThat(caller.groups()).contains("admins");
  }

  @Test
  void partsOfTheServerAreNamedInTheAuditAndCannotLogIn() {
    Caller part = catalog.module.systemCallers().system("workflow");
    assertThat(part.kind()).isEqualTo(Caller.Kind.SYSTEM);
    assertThat(catalog.module.systemCallers().system("workflow")).isEqualTo(part);
    assertThatThrownBy(() -> tokens.createFor(catalog.admin, "system:workflow", "", DAY))
        .hasMessageContaining("cannot log in");
    assertThatThrownBy(
            () -> principals.delete(catalog.admin, Principal.Kind.SYSTEM, part.principalId()))
        .hasMessageContaining("belongs to the server");
    assertThatThrownBy(() -> catalog.module.systemCallers().system("Bad Part"))
        .hasMessageContaining("lower-case word");
  }

  @Test
  void auditOfOthersIsForAdministrators() {
    Caller user = catalog.user("curious");
    assertDenied(() -> catalog.module.audit().search(user, AuditQuery.newest(5).by("admin")));
    assertThat(catalog.module.audit().search(user, AuditQuery.newest(50)).items())
        .allMatch(row -> row.principal().equals("curious"));
  }

  @Test
  void absentIdIsNotFound() {
    assertThatThrownBy(() -> principals.get(catalog.admin, Principal.Kind.USER, UUID.randomUUID()))
        .isInstanceOfSatisfying(
            LakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  private static boolean added(Principal group, Principal member) {
    try {
      principals.addMember(catalog.admin, group.id(), member.id());
      return true;
    } catch (LakeException e) {
      return false;
    }
  }

  private static void assertRefused(Credentials credentials) {
    assertThat(
            catchThrowableOfType(LakeException.class, () -> authenticator.authenticate(credentials))
                .code())
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  private static void assertDenied(ThrowingCallable work) {
    assertThat(catchThrowableOfType(LakeException.class, work).code())
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
  }

  private static Credentials bearer(NewToken token) {
    return new Credentials.Bearer(token.value());
  }

  /** All text of the tables that could hold a token, as one string. */
  private static String everyText() {
    return catalog
        .fixture
        .database()
        .read(
            handle ->
                handle
                    .createQuery(
                        "SELECT (SELECT coalesce(string_agg(t::text, ' '), '') FROM catalog_token"
                            + " t) || (SELECT coalesce(string_agg(a::text, ' '), '') FROM"
                            + " catalog_audit a)")
                    .mapTo(String.class)
                    .one());
  }
}
