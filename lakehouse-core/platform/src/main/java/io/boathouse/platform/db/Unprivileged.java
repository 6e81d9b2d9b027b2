package io.boathouse.platform.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How a program that refuses to run as root is started by a server that runs as root.
 *
 * @param prefix the words before the program and its arguments
 * @param givesFilesAway whether files must belong to the user {@code nobody} first
 */
record Unprivileged(List<String> prefix, boolean givesFilesAway) {
  /** The program runs as the server's own user, who is not root. */
  static final Unprivileged AS_WE_ARE = new Unprivileged(List.of(), false);

  /**
   * A new user namespace without a mapping: the program sees itself as nobody and has no
   * capability, while files stay the server's.
   */
  static final Unprivileged USER_NAMESPACE = new Unprivileged(List.of("unshare", "-U"), false);

  /** For containers that forbid user namespaces: another user, who is given the files. */
  static final Unprivileged OTHER_USER =
      new Unprivileged(
          List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"), true);

  Unprivileged {
    prefix = List.copyOf(prefix);
  }

  /**
   * The first way that works on this machine.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if none does
   */
  static Unprivileged detect() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return AS_WE_ARE;
    }
    return Stream.of(USER_NAMESPACE, OTHER_USER)
        .filter(Unprivileged::works)
        .findFirst()
        .orElseThrow(DatabaseErrors::refusesRoot);
  }

  /** The command with the prefix in front; in a session of its own where the system can do that. */
  List<String> command(List<String> program) {
    List<String> words = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      words.add("/usr/bin/setsid"); // Ctrl-C in the server's terminal is for the server alone
    }
    words.addAll(prefix);
    words.addAll(program);
    return words;
  }

  /**
   * Lets the program own a folder of the data directory, and pass through the data directory; what
   * lies above that is the operator's to open.
   */
  void give(Path root) {
    if (!givesFilesAway) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      UserPrincipal nobody =
          root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
      for (Path path : paths.toList()) {
        if (!Files.isSymbolicLink(path)) {
          Files.getFileAttributeView(path, PosixFileAttributeView.class).setOwner(nobody);
        }
      }
      Path above = root.getParent();
      if (above != null) {
        Set<PosixFilePermission> rights = EnumSet.of(PosixFilePermission.OTHERS_EXECUTE);
        rights.addAll(Files.getPosixFilePermissions(above));
        Files.setPosixFilePermissions(above, rights);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give " + root + " to the database's user", e);
    }
  }

  private boolean works() {
    List<String> probe = new ArrayList<>(prefix);
    probe.addAll(List.of("id", "-u"));
    try {
      Process process = new ProcessBuilder(probe).redirectErrorStream(true).start();
      String uid;
      try (var output = process.inputReader()) {
        uid = String.valueOf(output.readLine());
      }
      return process.waitFor(5, TimeUnit.SECONDS)
          && process.exitValue() == 0
          && !"0".equals(uid.strip());
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
