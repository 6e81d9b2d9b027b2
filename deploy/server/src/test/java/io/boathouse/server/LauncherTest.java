package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script deploy/boathouse, in a house whose Java and Maven only say how they were called. */
class LauncherTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("boathouse.root"), "deploy", "boathouse");

  @TempDir Path folder;

  private Path house;
  private Path jdk;
  private Path programs;

  private record Ended(int code, String output) {}

  @BeforeEach
  void build() throws IOException {
    house = folder.resolve("a house");
    jdk = folder.resolve("jdk 25");
    programs = folder.resolve("programs");
    Files.createDirectories(house.resolve("deploy/server"));
    Files.createDirectories(house.resolve("lakehouse-core/src/main/java"));
    Files.createDirectories(programs);
    Files.copy(SCRIPT, house.resolve("deploy/boathouse"));
    executable(house.resolve("deploy/boathouse"));
    Files.writeString(house.resolve("lakehouse-core/src/main/java/A.java"), "class A {}");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    program(
        jdk.resolve("bin/java"),
        "printf 'java'; printf ' [%s]' \"$@\"; printf ' ORT=%s OMP=%s' $ORT_DISABLE_TELEMETRY"
            + " $OMP_NUM_THREADS; exit 7");
    program(
        programs.resolve("mvn"),
        "echo '[INFO] Building Boathouse :: platform 0.1.0 [1/12]';"
            + " echo called >> calls; touch deploy/server/target/boathouse/boathouse.jar");
  }

  private static void program(Path file, String script) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    var _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended run(Path from, String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", script));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(from.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
    builder.environment().remove("BOATHOUSE_JAVA_OPTS");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  private long builds() throws IOException {
    Path calls = house.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  @Test
  void buildsOnceAndAgainOnlyWhenASourceIsNewer() throws Exception {
    assertThat(run(house, "deploy/boathouse", "doctor").output()).contains("1 of 12  platform");
    assertThat(builds()).isEqualTo(1);
    assertThat(run(house, "deploy/boathouse", "doctor").output()).doesNotContain("Building");
    assertThat(builds()).isEqualTo(1);
    Path source = house.resolve("lakehouse-core/src/main/java/A.java");
    var _ = Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(run(house, "deploy/boathouse", "doctor").code()).isEqualTo(7);
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void passesArgumentsSettingsAndTheExitCodeThrough() throws Exception {
    Ended ended = run(folder, "a house/deploy/boathouse", "serve", "--data-dir", "my data");
    assertThat(ended.code()).isEqualTo(7);
    assertThat(ended.output())
        .contains("[@" + house.toRealPath() + "/deploy/config/jvm.options]")
        .endsWith("[serve] [--data-dir] [my data] ORT=1 OMP=1");
  }

  @Test
  void worksThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("bh"), Path.of("a house/deploy/boathouse"));
    assertThat(run(folder, link.toString(), "stop").output()).endsWith("[stop] ORT=1 OMP=1");
  }

  @Test
  void tellsABuildThatFailed() throws Exception {
    program(programs.resolve("mvn"), "echo '[ERROR] no such symbol'; exit 1");
    Ended ended = run(house, "deploy/boathouse", "serve");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains("no such symbol")
        .contains("the build failed")
        .contains("build.log")
        .doesNotContain("[serve]");
  }

  @Test
  void takesAnInstalledJdkWhenJavaHomeIsAnotherOne() throws Exception {
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    Ended ended = run(house, "deploy/boathouse", "--version");
    assertThat(ended.output()).doesNotContain("java [");
  }
}
