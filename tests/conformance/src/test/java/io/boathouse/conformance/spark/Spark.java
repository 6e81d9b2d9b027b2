package io.boathouse.conformance.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Delta Spark {@code local[2]} in a process of its own, with jars that Maven finds. */
public final class Spark implements AutoCloseable {
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/jdk.internal.ref",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar",
          "java.security.jgss/sun.security.krb5");

  private final Process process;
  private final BufferedReader out;
  private final PrintWriter in;
  private final Path errors;

  private Spark(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
  }

  /**
   * Starts Spark; the first time its jars are fetched.
   *
   * @param repository where this repository's root is
   * @param folder for all that it writes beside tables
   */
  public static Spark start(Path repository, Path folder) throws IOException, InterruptedException {
    Path sources = repository.resolve("tests/conformance/src/interop");
    Path jars = folder.resolve("jars");
    Process fetch =
        new ProcessBuilder(
                "mvn",
                "-q",
                "-B",
                "-f",
                sources.resolve("pom.xml").toString(),
                "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                "-Dmdep.outputFile=" + jars)
            .inheritIO()
            .start();
    if (fetch.waitFor() != 0) {
      throw new IOException("Spark's jars were not found; the build's output says why");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx2g",
            "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
            "-Dspark.local.dir=" + folder.resolve("tmp"),
            "-cp",
            Files.readString(jars).strip(),
            sources.resolve("SparkSide.java").toString(),
            folder.resolve("warehouse").toString()));
    Path errors = folder.resolve("spark.err");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Spark spark = new Spark(builder.start(), errors);
    List<String> unused = spark.answer("ready");
    return spark;
  }

  /** Runs a statement; its rows, the values of each joined by a bar. */
  public List<String> run(String statement) throws IOException {
    in.println(statement.replace('\n', ' '));
    return answer("end");
  }

  private List<String> answer(String last) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals(last)) {
        return rows;
      }
      if (line.startsWith("error ")) {
        throw new AssertionError(line);
      }
      rows.add(line);
    }
    throw new AssertionError("Spark ended: " + Files.readString(errors));
  }

  @Override
  public void close() throws InterruptedException {
    in.close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
