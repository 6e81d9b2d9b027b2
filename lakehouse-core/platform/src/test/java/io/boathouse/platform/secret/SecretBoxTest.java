package io.boathouse.platform.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {
  private static final Secret SECRET = new Secret("what nobody may see");

  @TempDir Path folder;

  @Test
  void whatIsSealedOpensWithTheSameKeyForTheSameThingOnly() {
    SecretBox box = SecretBox.of(new Secret("k".repeat(32)));
    byte[] sealed = box.seal(SECRET, "one");
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("nobody");
    assertThat(box.seal(SECRET, "one")).isNotEqualTo(sealed);
    assertThat(SecretBox.of(new Secret("k".repeat(32))).open(sealed, "one").reveal())
        .isEqualTo(SECRET.reveal());
    byte[] changed = sealed.clone();
    changed[sealed.length - 1] ^= 1;
    refused(() -> box.open(sealed, "other"));
    refused(() -> box.open(changed, "one"));
    refused(() -> box.open(new byte[3], "one"));
    refused(() -> SecretBox.forThisProcess().open(sealed, "one"));
    assertThatThrownBy(() -> SecretBox.of(new Secret("short"))).hasMessageContaining("32");
  }

  private static void refused(ThrowingCallable opening) {
    assertThatThrownBy(opening)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("another key");
  }

  @Test
  void aKeysFileIsMadeOnceAndReadByItsOwnerAlone() throws IOException {
    Path file = folder.resolve("sealing.key");
    byte[] sealed = SecretBox.keptIn(file).seal(SECRET, "one");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(SecretBox.keptIn(file).open(sealed, "one").reveal()).isEqualTo(SECRET.reveal());
    Path unused = Files.writeString(file, "damaged");
    assertThatThrownBy(() -> SecretBox.keptIn(file)).hasMessageContaining("sealing.key");
  }
}
