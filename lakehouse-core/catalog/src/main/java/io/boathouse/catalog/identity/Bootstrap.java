package io.boathouse.catalog.identity;

import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.PageRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * What the first start makes: an administrator named {@code admin} and the schema {@code
 * main.default}. Whoever may read the data directory may have a new administrator token from here.
 */
public final class Bootstrap {
  /** The name of the first administrator. */
  public static final String ADMINISTRATOR = "admin";

  /** The catalog that every installation starts with. */
  public static final FullName MAIN = FullName.of("main");

  private final Database database;
  private final SystemCallers system;
  private final PrincipalService principals;
  private final TokenService tokens;
  private final Authenticator authenticator;
  private final SecurableService securables;

  /**
   * What it starts up.
   *
   * @param system who does it
   */
  public record Parts(
      Database database,
      SystemCallers system,
      PrincipalService principals,
      TokenService tokens,
      Authenticator authenticator,
      SecurableService securables) {}

  /** Creates it over the services that it starts up. */
  public Bootstrap(Parts parts) {
    this.database = parts.database();
    this.system = parts.system();
    this.principals = parts.principals();
    this.tokens = parts.tokens();
    this.authenticator = parts.authenticator();
    this.securables = parts.securables();
  }

  /** Makes what is missing; does nothing on any later start. */
  public void start() {
    Caller caller = system.system("bootstrap");
    database.useTransaction(
        () -> {
          boolean fresh =
              securables
                  .list(caller, SecurableType.CATALOG, PageRequest.first(1))
                  .items()
                  .isEmpty();
          if (fresh && principals.find(caller, ADMINISTRATOR).isEmpty()) {
            administrator(caller);
            FullName schema = MAIN.child("default");
            securables.create(caller, NewSecurable.of(SecurableType.CATALOG, MAIN));
            securables.create(caller, NewSecurable.of(SecurableType.SCHEMA, schema));
            SecurableChange toAdmins = SecurableChange.owner(BuiltInGroups.ADMINS);
            securables.update(caller, SecurableType.CATALOG, MAIN, toAdmins);
            securables.update(caller, SecurableType.SCHEMA, schema, toAdmins);
          }
        });
  }

  /**
   * The present token if it still lets an administrator in for a day, else a new one.
   *
   * @param present the text of the token file; may be empty
   */
  public String administratorToken(String present) {
    return stillGood(present.strip()) ? present.strip() : newAdministratorToken();
  }

  /** A new token for the administrator, who is made anew or enabled again if need be. */
  public String newAdministratorToken() {
    Caller caller = system.system("bootstrap");
    return database.inTransaction(
        () ->
            tokens
                .createFor(
                    caller,
                    administrator(caller).name(),
                    "made by the owner of the data directory",
                    TokenService.DEFAULT_LIFETIME)
                .value());
  }

  private Principal administrator(Caller caller) {
    Optional<Principal> present = principals.find(caller, ADMINISTRATOR);
    NewPrincipal wanted = NewPrincipal.user(ADMINISTRATOR);
    Principal administrator = present.isEmpty() ? principals.create(caller, wanted) : present.get();
    if (!administrator.active()) {
      principals.update(caller, administrator.id(), wanted);
    }
    principals.addMember(caller, BuiltInGroups.ADMINS_ID, administrator.id());
    return administrator;
  }

  private boolean stillGood(String token) {
    if (!TokenValue.plausible(token)) {
      return false;
    }
    try {
      Caller caller = authenticator.authenticate(new Credentials.Bearer(token));
      return caller.groups().contains(BuiltInGroups.ADMINS)
          && tokens.lasts(caller, Duration.ofDays(1));
    } catch (LakeException e) {
      return false;
    }
  }
}
