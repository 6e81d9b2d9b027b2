package io.boathouse.server.client;

import java.io.IOException;

/** A server's refusal, in its own words. */
public final class RestException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  RestException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The status of the HTTP reply. */
  public int status() {
    return status;
  }
}
