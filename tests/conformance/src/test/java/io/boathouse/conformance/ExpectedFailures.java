package io.boathouse.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * The committed list of tests that fail because the server does not offer something yet: a listed
 * test that fails is skipped with the list's reason, and one that passes fails.
 */
final class ExpectedFailures implements TestExecutionExceptionHandler, AfterTestExecutionCallback {
  private static final Map<String, String> REASONS = read("/expected-failures.txt");

  /** Lines of a name, a bar and a reason; empty lines and those behind {@code #} are skipped. */
  static Map<String, String> read(String resource) {
    Map<String, String> found = new TreeMap<>();
    try (var stream = ExpectedFailures.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("resource: " + resource + " (expected: exists)");
      }
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(line -> !line.matches("\\s*(#.*)?")).toList()) {
        String[] parts = line.split("\\|", 2);
        if (parts.length != 2 || parts[1].isBlank()) {
          throw new IllegalStateException("line: " + line + " (expected: name | reason)");
        }
        found.put(parts[0].strip(), parts[1].strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String name(ExtensionContext context) {
    return context.getRequiredTestClass().getSimpleName()
        + "."
        + context.getRequiredTestMethod().getName();
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    String reason = REASONS.get(name(context));
    if (reason == null || failure instanceof TestAbortedException) {
      throw failure;
    }
    throw new TestAbortedException("expected to fail: " + reason, failure);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isEmpty() && REASONS.containsKey(name(context))) {
      throw new AssertionFailedError(name(context) + " passes. Take it off expected-failures.txt.");
    }
  }
}
