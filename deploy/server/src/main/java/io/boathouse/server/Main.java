package io.boathouse.server;

import io.boathouse.server.cli.BoathouseCommand;

/** Where the process begins. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code: 0 success, 1 failure, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(BoathouseCommand.run(arguments));
  }
}
