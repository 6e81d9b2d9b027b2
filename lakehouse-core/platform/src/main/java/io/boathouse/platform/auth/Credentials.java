package io.boathouse.platform.auth;

import java.util.Objects;

/** What a request presented to prove who it comes from. Prints without its secret. */
public sealed interface Credentials {
  /** {@code Authorization: Bearer}. */
  record Bearer(String token) implements Credentials {
    @Override
    public String toString() {
      return "Bearer ***";
    }
  }

  /** {@code Authorization: Basic}, as sent by MLflow clients; the password is a token. */
  record Basic(String user, String password) implements Credentials {
    public Basic {
      Objects.requireNonNull(user);
    }

    @Override
    public String toString() {
      return "Basic " + user + ":***";
    }
  }
}
