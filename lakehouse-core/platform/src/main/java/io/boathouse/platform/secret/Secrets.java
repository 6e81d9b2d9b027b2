package io.boathouse.platform.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves references to secrets: {@code ${env:NAME}} is an environment variable, {@code
 * ${file:/path}} the content of a file without the line end after it.
 */
public final class Secrets {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");
  private static final int LARGEST_FILE = 64 << 10;

  private final Map<String, String> environment;

  /** Creates a resolver over these environment variables. */
  public Secrets(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Whether the text is a reference and not a value. */
  public static boolean isReference(String text) {
    return REFERENCE.matcher(text).matches();
  }

  /**
   * The secret that a reference names.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the text is no reference,
   *     FAILED_PRECONDITION if there is nothing where it points
   */
  public Secret resolve(String reference) {
    Matcher matcher = REFERENCE.matcher(reference);
    if (!matcher.matches()) {
      throw SecretErrors.notAReference();
    }
    String name = matcher.group(2);
    return new Secret(
        matcher.group(1).equals("env")
            ? fromEnvironment(reference, name)
            : fromFile(reference, name));
  }

  private String fromEnvironment(String reference, String name) {
    String value = environment.get(name);
    if (value == null || value.isEmpty()) {
      throw SecretErrors.missing(reference, "the environment variable is not set");
    }
    return value;
  }

  private static String fromFile(String reference, String name) {
    try {
      Path file = Path.of(name);
      if (Files.size(file) > LARGEST_FILE) {
        throw SecretErrors.missing(reference, "the file is too large for a secret");
      }
      String value = Files.readString(file).stripTrailing();
      if (value.isEmpty()) {
        throw SecretErrors.missing(reference, "the file is empty");
      }
      return value;
    } catch (IOException | InvalidPathException e) {
      throw SecretErrors.missing(reference, "the file cannot be read");
    }
  }
}
