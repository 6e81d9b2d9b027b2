package io.boathouse.platform.http;

import java.util.List;

/**
 * What an endpoint requires of its caller. It is declared with the endpoint, listed in the
 * generated documentation, and enforced: authentication by the server, privileges by the service
 * behind it.
 */
public sealed interface Permission {
  /** Nobody declared anything: the server refuses to start with such an endpoint. */
  record Undeclared() implements Permission {}

  /**
   * Open to everyone without a token.
   *
   * @param why the reason that makes this safe
   */
  record Open(String why) implements Permission {}

  /**
   * Open to every authenticated principal.
   *
   * @param why what the answer is narrowed to, such as "only what the caller may see"
   */
  record Authenticated(String why) implements Permission {}

  /** Only for administrators of the metastore. */
  record Administrator() implements Permission {}

  /**
   * Needs these privileges.
   *
   * @param privileges in words of the catalog, such as "SELECT on the table"; more than one means
   *     all of them
   */
  record Privileges(List<String> privileges) implements Permission {
    public Privileges {
      privileges = List.copyOf(privileges);
      if (privileges.isEmpty()) {
        throw new IllegalArgumentException("privileges: empty (expected: at least one)");
      }
    }
  }

  static Permission open(String why) {
    return new Open(why);
  }

  static Permission authenticated(String why) {
    return new Authenticated(why);
  }

  static Permission administrator() {
    return new Administrator();
  }

  static Permission privileges(String... privileges) {
    return new Privileges(List.of(privileges));
  }
}
