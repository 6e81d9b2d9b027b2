package io.boathouse.catalog.grant;

import static io.boathouse.catalog.grant.Privilege.ALL_PRIVILEGES;
import static io.boathouse.catalog.grant.Privilege.BROWSE;
import static io.boathouse.catalog.grant.Privilege.CAN_EDIT;
import static io.boathouse.catalog.grant.Privilege.CAN_MANAGE;
import static io.boathouse.catalog.grant.Privilege.CAN_QUERY;
import static io.boathouse.catalog.grant.Privilege.CAN_READ;
import static io.boathouse.catalog.grant.Privilege.CAN_VIEW;
import static io.boathouse.catalog.grant.Privilege.CREATE_TABLE;
import static io.boathouse.catalog.grant.Privilege.MANAGE;
import static io.boathouse.catalog.grant.Privilege.MODIFY;
import static io.boathouse.catalog.grant.Privilege.SELECT;
import static io.boathouse.catalog.grant.Privilege.USE_CATALOG;
import static io.boathouse.catalog.grant.Privilege.USE_SCHEMA;
import static io.boathouse.catalog.securable.SecurableType.CATALOG;
import static io.boathouse.catalog.securable.SecurableType.EXPERIMENT;
import static io.boathouse.catalog.securable.SecurableType.METASTORE;
import static io.boathouse.catalog.securable.SecurableType.SCHEMA;
import static io.boathouse.catalog.securable.SecurableType.SERVING_ENDPOINT;
import static io.boathouse.catalog.securable.SecurableType.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import org.junit.jupiter.api.Test;

/** What every authorizer does. Each test gets users and names of its own. */
public abstract class AuthorizerContract {
  protected abstract Authorizer authorizer();

  /** A caller without any right, and an administrator. */
  protected abstract Caller newUser();

  protected abstract Caller administrator();

  /** A new schema in a new catalog, and a new table in that, all owned by the administrator. */
  protected abstract Securable newTable();

  /** A new thing right below the metastore. */
  protected abstract Securable newTopLevel(SecurableType type);

  protected abstract void grant(Securable on, String principal, Privilege... privileges);

  protected abstract void grantOn(
      SecurableType type, FullName name, String principal, Privilege... privileges);

  protected abstract void revoke(Securable on, String principal, Privilege... privileges);

  protected abstract void own(Securable securable, String principal);

  /** A new group that holds the principal; the second form is held by another group. */
  protected abstract String newGroupOf(String... members);

  @Test
  void administratorMayDoEverything() {
    Securable table = newTable();
    assertThat(authorizer().isAdministrator(administrator())).isTrue();
    for (Privilege privilege : Privilege.values()) {
      assertThat(authorizer().allows(administrator(), privilege, table)).isTrue();
    }
  }

  @Test
  void absentAndHiddenReadTheSame() {
    Caller user = newUser();
    Securable hidden = newTable();
    FullName absent = hidden.name().parent().child("absent");
    LakeException one =
        catchThrowableOfType(
            LakeException.class, () -> authorizer().require(user, SELECT, TABLE, hidden.name()));
    LakeException other =
        catchThrowableOfType(
            LakeException.class, () -> authorizer().require(user, SELECT, TABLE, absent));
    assertThat(one.code()).isEqualTo(ErrorCode.NOT_FOUND).isEqualTo(other.code());
    assertThat(one.reason()).isEqualTo(other.reason());
    assertThat(one.message().replace(hidden.name().toString(), absent.toString()))
        .isEqualTo(other.message());
  }

  @Test
  void visibleWithoutThePrivilegeIsDeniedByName() {
    Caller user = newUser();
    Securable table = newTable();
    open(table, user);
    grant(table, user.principal(), SELECT);
    assertThat(authorizer().require(user, SELECT, TABLE, table.name())).isEqualTo(table);
    LakeException denied =
        catchThrowableOfType(
            LakeException.class, () -> authorizer().require(user, MODIFY, TABLE, table.name()));
    assertThat(denied.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(denied.details()).containsEntry("privilege", "MODIFY");
  }

  // Fails without Rights.closedGates: SELECT alone opens the table.
  @Test
  void case20_selectWithoutTheWayToTheTableIsDeniedAndNamesTheMissingGate() {
    Caller user = newUser();
    Securable table = newTable();
    grant(table, user.principal(), SELECT);
    assertThat(missing(user, table)).isEqualTo("USE_CATALOG");
    grantOn(CATALOG, table.name().parent().parent(), user.principal(), USE_CATALOG);
    assertThat(missing(user, table)).isEqualTo("USE_SCHEMA");
    grantOn(SCHEMA, table.name().parent(), user.principal(), USE_SCHEMA);
    assertThat(authorizer().allows(user, SELECT, table)).isTrue();
  }

  @Test
  void privilegeOnAContainerHoldsBelowIt() {
    for (SecurableType type : new SecurableType[] {SCHEMA, CATALOG, METASTORE}) {
      Caller user = newUser();
      Securable table = newTable();
      FullName on = table.name();
      while (on.parts().size() > type.parts()) {
        on = on.parent();
      }
      open(table, user);
      assertThat(authorizer().allows(user, SELECT, table)).isFalse();
      grantOn(type, on, user.principal(), SELECT);
      assertThat(authorizer().allows(user, SELECT, table)).as(type.name()).isTrue();
      assertThat(authorizer().allows(user, MODIFY, table)).isFalse();
    }
  }

  @Test
  void groupsAndGroupsInGroupsCount() {
    Caller user = newUser();
    Securable table = newTable();
    open(table, user);
    String outer = newGroupOf(newGroupOf(user.principal()));
    grant(table, outer, SELECT);
    assertThat(authorizer().allows(user, SELECT, table)).isTrue();
    revoke(table, outer, SELECT);
    assertThat(authorizer().allows(user, SELECT, table)).isFalse();
    grant(table, "account users", SELECT);
    assertThat(authorizer().allows(user, SELECT, table)).isTrue();
  }

  @Test
  void ownerOfTheThingOrAContainerHasEverythingBehindTheGates() {
    Caller user = newUser();
    Securable table = newTable();
    own(table, user.principal());
    assertThat(authorizer().allows(user, SELECT, table)).isFalse();
    open(table, user);
    assertThat(authorizer().allows(user, SELECT, table)).isTrue();
    assertThat(authorizer().allows(user, MANAGE, table)).isTrue();
  }

  @Test
  void allPrivilegesIsEverythingButManage() {
    Caller user = newUser();
    Securable table = newTable();
    open(table, user);
    grant(table, user.principal(), ALL_PRIVILEGES);
    assertThat(authorizer().allows(user, SELECT, table)).isTrue();
    assertThat(authorizer().allows(user, MODIFY, table)).isTrue();
    assertThat(authorizer().allows(user, MANAGE, table)).isFalse();
  }

  @Test
  void browseNeedsNoGateAndGivesNoData() {
    Caller user = newUser();
    Securable table = newTable();
    grantOn(CATALOG, table.name().parent().parent(), user.principal(), BROWSE);
    assertThat(authorizer().allows(user, BROWSE, table)).isTrue();
    assertThat(authorizer().allows(user, SELECT, table)).isFalse();
    assertThat(missingCode(user, table)).isEqualTo(ErrorCode.PERMISSION_DENIED);
  }

  @Test
  void useOfAContainerRevealsNothingInside() {
    Caller user = newUser();
    Securable table = newTable();
    open(table, user);
    grantOn(SCHEMA, table.name().parent(), user.principal(), CREATE_TABLE);
    assertThat(missingCode(user, table)).isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void strongerPrivilegesImplyWeakerOnes() {
    Caller user = newUser();
    Securable experiment = newTopLevel(EXPERIMENT);
    Securable endpoint = newTopLevel(SERVING_ENDPOINT);
    grant(experiment, user.principal(), CAN_EDIT);
    assertThat(authorizer().allows(user, CAN_READ, experiment)).isTrue();
    assertThat(authorizer().allows(user, CAN_MANAGE, experiment)).isFalse();
    grant(endpoint, user.principal(), CAN_QUERY);
    assertThat(authorizer().allows(user, CAN_VIEW, endpoint)).isTrue();
    assertThat(authorizer().allows(user, MANAGE, endpoint)).isFalse();
    grant(endpoint, user.principal(), CAN_MANAGE);
    assertThat(authorizer().allows(user, MANAGE, endpoint)).isTrue();
  }

  @Test
  void cachedDecisionIsGoneWhenARevokeReturns() {
    Caller user = newUser();
    Securable endpoint = newTopLevel(SERVING_ENDPOINT);
    grant(endpoint, user.principal(), CAN_QUERY);
    assertThat(authorizer().cachedDecision(user, CAN_QUERY, endpoint.id())).isEmpty();
    assertThat(authorizer().allows(user, CAN_QUERY, endpoint)).isTrue();
    assertThat(authorizer().cachedDecision(user, CAN_QUERY, endpoint.id())).contains(true);
    assertThat(authorizer().cachedDecision(user, CAN_MANAGE, endpoint.id())).contains(false);
    revoke(endpoint, user.principal(), CAN_QUERY);
    assertThat(authorizer().cachedDecision(user, CAN_QUERY, endpoint.id()).orElse(false)).isFalse();
    assertThat(authorizer().allows(user, CAN_QUERY, endpoint)).isFalse();
  }

  @Test
  void administratorsOnlyIsDeniedToOthers() {
    Caller user = newUser();
    LakeException denied =
        catchThrowableOfType(
            LakeException.class, () -> authorizer().requireAdministrator(user, "make users"));
    assertThat(denied.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(denied.message()).contains("make users");
    authorizer().requireAdministrator(administrator(), "make users");
  }

  private void open(Securable table, Caller user) {
    grantOn(CATALOG, table.name().parent().parent(), user.principal(), USE_CATALOG);
    grantOn(SCHEMA, table.name().parent(), user.principal(), USE_SCHEMA);
  }

  private String missing(Caller user, Securable table) {
    LakeException denied =
        catchThrowableOfType(LakeException.class, () -> authorizer().require(user, SELECT, table));
    assertThat(denied.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    return String.valueOf(denied.details().get("privilege"));
  }

  private ErrorCode missingCode(Caller user, Securable table) {
    return catchThrowableOfType(
            LakeException.class, () -> authorizer().require(user, SELECT, table))
        .code();
  }
}
