package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.server.cli.BoathouseCommand;
import io.boathouse.server.client.RestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What earlier versions kept is opened by this one: each version's data, with the metadata database
 * of its time, is a file in {@code src/test/resources/formats}. With {@code
 * -Dboathouse.format.record=NAME} the file of this version is written there; a file that was
 * released is never written again.
 */
class UpgradeTest {
  private static final Path FORMATS =
      Path.of(System.getProperty("boathouse.root", "../.."))
          .resolve("deploy/server/src/test/resources/formats");

  @TempDir Path folder;

  static List<Path> formats() throws IOException {
    try (Stream<Path> files = Files.list(FORMATS)) {
      return files.filter(file -> file.toString().endsWith(".zip")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void case80_whatAnEarlierVersionKeptIsServedByThisOne(Path format) throws Exception {
    String data = folder.resolve("data").toString();
    assertThat(BoathouseCommand.run("restore", "--from", format.toString(), "--data-dir", data))
        .isZero();

    try (DataDirectory directory = DataDirectory.open(Path.of(data));
        Boathouse boathouse = boathouse(directory)) {
      new KeptData(new RestClient(boathouse.uri(), boathouse.administratorToken(""))).check();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "boathouse.format.record", matches = ".+")
  void theFormatOfThisVersionIsKept() throws Exception {
    Path file = FORMATS.resolve(System.getProperty("boathouse.format.record") + ".zip");
    assertThat(file).doesNotExist();
    try (DataDirectory directory = DataDirectory.open(folder.resolve("data"));
        Boathouse boathouse = boathouse(directory)) {
      RestClient client = new RestClient(boathouse.uri(), boathouse.administratorToken(""));
      new KeptData(client).fill(folder);
      client.download("/api/2.0/boathouse/backup", file);
    }
  }

  private static Boathouse boathouse(DataDirectory directory) throws IOException {
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    return new Boathouse(directory, config, InstantSource.system());
  }
}
