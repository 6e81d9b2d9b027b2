package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container file is linted; building the image is not part of our tests. */
class ContainerfileTest {
  @TempDir Path folder;

  private String lint(Path file) throws Exception {
    Path said = folder.resolve("said.txt");
    Process linter =
        new ProcessBuilder(ExternalTool.require("dockerfilelint").toString(), file.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(linter.waitFor(50, TimeUnit.SECONDS)).isTrue();
    return linter.exitValue() + " " + Files.readString(said);
  }

  @Test
  void theLinterFindsNothing() throws Exception {
    assertThat(lint(PackagedServer.repository().resolve("deploy/container/Containerfile")))
        .startsWith("0 ");
  }

  @Test
  void theLinterFindsWhatIsWrong() throws Exception {
    Path wrong = Files.writeString(folder.resolve("Containerfile"), "FROM x\nRUNN y\n");
    assertThat(lint(wrong)).doesNotStartWith("0 ").contains("RUNN");
  }
}
