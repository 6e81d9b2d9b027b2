package io.boathouse.catalog.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.audit.AuditRecord;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StoredAuthorizerTest extends AuthorizerContract {
  private static final AtomicInteger counter = new AtomicInteger();
  private static TestCatalog catalog;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Override
  protected Authorizer authorizer() {
    return catalog.module.authorizer();
  }

  @Override
  protected Caller newUser() {
    return catalog.user("user" + counter.incrementAndGet());
  }

  @Override
  protected Caller administrator() {
    return catalog.admin;
  }

  @Override
  protected Securable newTable() {
    String name = "c" + counter.incrementAndGet();
    catalog.create(catalog.admin, SecurableType.CATALOG, name);
    catalog.create(catalog.admin, SecurableType.SCHEMA, name + ".s");
    return catalog.create(catalog.admin, SecurableType.TABLE, name + ".s.t");
  }

  @Override
  protected Securable newTopLevel(SecurableType type) {
    return catalog.create(catalog.admin, type, "top" + counter.incrementAndGet());
  }

  @Override
  protected void grant(Securable on, String principal, Privilege... privileges) {
    grantOn(on.type(), on.name(), principal, privileges);
  }

  @Override
  protected void grantOn(
      SecurableType type, FullName name, String principal, Privilege... privileges) {
    catalog.module.grants().grant(catalog.admin, type, name, principal, privileges);
  }

  @Override
  protected void revoke(Securable on, String principal, Privilege... privileges) {
    catalog.module.grants().revoke(catalog.admin, on.type(), on.name(), principal, privileges);
  }

  @Override
  protected void own(Securable securable, String principal) {
    catalog
        .module
        .securables()
        .update(
            catalog.admin, securable.type(), securable.name(), SecurableChange.owner(principal));
  }

  @Override
  protected String newGroupOf(String... members) {
    Principal group =
        catalog
            .module
            .principals()
            .create(catalog.admin, NewPrincipal.group("group" + counter.incrementAndGet()));
    for (String member : members) {
      Principal principal = catalog.module.principals().find(catalog.admin, member).orElseThrow();
      catalog.module.principals().addMember(catalog.admin, group.id(), principal.id());
    }
    return group.name();
  }

  @Test
  void everyDenialIsInTheAuditEvenWhenTheTransactionAroundItIsUndone() {
    Caller user = newUser();
    Securable table = newTable();
    assertThatThrownBy(
            () ->
                catalog
                    .fixture
                    .database()
                    .useTransaction(() -> authorizer().require(user, Privilege.SELECT, table)))
        .hasMessageContaining("does not exist, or you may not see it");
    AuditRecord entry =
        catalog
            .module
            .audit()
            .search(catalog.admin, AuditQuery.newest(10).by(user.principal()))
            .items()
            .getFirst();
    assertThat(entry.decision()).isEqualTo(AuditRecord.Decision.DENIED);
    assertThat(entry.action()).isEqualTo("SELECT");
    assertThat(entry.parameters()).containsEntry("what", "TABLE " + table.name());
    assertThat(entry.requestId()).isEqualTo("request-1");
  }

  @Test
  void disabledPrincipalHasNoRightsAtOnce() {
    Caller user = newUser();
    Securable endpoint = newTopLevel(SecurableType.SERVING_ENDPOINT);
    grant(endpoint, user.principal(), Privilege.CAN_QUERY);
    assertThat(authorizer().allows(user, Privilege.CAN_QUERY, endpoint)).isTrue();
    catalog
        .module
        .principals()
        .update(
            catalog.admin,
            user.principalId(),
            new NewPrincipal(
                user.principal(), Principal.Kind.USER, Optional.empty(), Optional.empty(), false));
    assertThat(authorizer().allows(user, Privilege.CAN_QUERY, endpoint)).isFalse();
    assertThat(authorizer().visible(user, SecurableType.TABLE).condition()).isEqualTo("FALSE");
  }

  @Test
  void groupsThatACallerCameWithGiveNothing() {
    Caller user = newUser();
    Securable table = newTable();
    Caller forged =
        new Caller(
            user.principalId(),
            user.principal(),
            Caller.Kind.USER,
            Set.of("admins"),
            Optional.empty(),
            "",
            "",
            "");
    assertThat(authorizer().isAdministrator(forged)).isFalse();
    assertThat(authorizer().allows(forged, Privilege.SELECT, table)).isFalse();
  }

  @Test
  void decisionInsideATransactionSeesItsOwnGrantAndIsNotKeptWhenThatIsUndone() {
    Caller user = newUser();
    Securable endpoint = newTopLevel(SecurableType.SERVING_ENDPOINT);
    assertThatThrownBy(
            () ->
                catalog
                    .fixture
                    .database()
                    .useTransaction(
                        () -> {
                          grant(endpoint, user.principal(), Privilege.CAN_QUERY);
                          assertThat(authorizer().allows(user, Privilege.CAN_QUERY, endpoint))
                              .isTrue();
                          throw new IllegalStateException("undo");
                        }))
        .hasMessage("undo");
    assertThat(authorizer().allows(user, Privilege.CAN_QUERY, endpoint)).isFalse();
  }

  // Fails when a decision is cached under a stamp that was read after the grants were.
  @Test
  void noReaderKeepsADecisionFromBeforeTheRevoke() throws Exception {
    Caller user = newUser();
    Securable endpoint = newTopLevel(SecurableType.SERVING_ENDPOINT);
    for (int round = 0; round < 20; round++) {
      grant(endpoint, user.principal(), Privilege.CAN_QUERY);
      CountDownLatch go = new CountDownLatch(1);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int reader = 0; reader < 4; reader++) {
          Future<?> unused =
              threads.submit(
                  () -> {
                    go.await();
                    for (int i = 0; i < 20; i++) {
                      authorizer().allows(user, Privilege.CAN_QUERY, endpoint);
                    }
                    return true;
                  });
        }
        go.countDown();
        revoke(endpoint, user.principal(), Privilege.CAN_QUERY);
        assertThat(authorizer().cachedDecision(user, Privilege.CAN_QUERY, endpoint.id()))
            .isNotEqualTo(Optional.of(true));
        assertThat(authorizer().allows(user, Privilege.CAN_QUERY, endpoint)).isFalse();
      }
      assertThat(authorizer().allows(user, Privilege.CAN_QUERY, endpoint)).isFalse();
    }
  }
}
