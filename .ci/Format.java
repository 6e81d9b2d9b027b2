import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Checks that every Java source is formatted by google-java-format, or formats it. Run by the build
 * with the toolchain's JDK, because the formatter reads the syntax of the JDK that runs it.
 */
final class Format {
  private static final Set<String> NO_SOURCES = Set.of("target", "node_modules", ".git");

  private Format() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !Set.of("check", "apply").contains(arguments[0])) {
      System.err.println("usage: Format check|apply DIRECTORY");
      System.exit(2);
    }
    boolean apply = arguments[0].equals("apply");
    Path root = Path.of(arguments[1]);
    Set<String> differing = new ConcurrentSkipListSet<>();
    Set<String> broken = new ConcurrentSkipListSet<>();
    sources(root).parallelStream().forEach(file -> format(root, file, apply, differing, broken));
    broken.forEach(System.err::println);
    for (String file : differing) {
      System.err.println((apply ? "formatted " : "not formatted: ") + file);
    }
    if (!broken.isEmpty() || (!apply && !differing.isEmpty())) {
      System.err.println(
          "%d not formatted, %d not readable. Run .ci/format to format every source."
              .formatted(differing.size(), broken.size()));
      System.exit(1);
    }
  }

  private static void format(
      Path root, Path file, boolean apply, Set<String> differing, Set<String> broken) {
    String name = root.relativize(file).toString();
    try {
      String source = Files.readString(file);
      String formatted = new Formatter().formatSourceAndFixImports(source);
      if (!formatted.equals(source)) {
        differing.add(name);
        if (apply) {
          Files.writeString(file, formatted);
        }
      }
    } catch (FormatterException | IOException e) {
      broken.add(name + ": " + e.getMessage());
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NO_SOURCES.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
