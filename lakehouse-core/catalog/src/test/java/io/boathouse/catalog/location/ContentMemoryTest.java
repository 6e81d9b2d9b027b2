package io.boathouse.catalog.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.LakeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ContentMemoryTest {
  private static final int MEGABYTE = 1 << 20;

  private final ContentMemory memory = new ContentMemory(4 * MEGABYTE);

  private static InputStream body(int length) {
    return new ByteArrayInputStream(new byte[length]);
  }

  private String refusal(InputStream body) {
    return catchThrowableOfType(LakeException.class, () -> memory.read(body, 3 * MEGABYTE).close())
        .reason();
  }

  @Test
  void contentsOfAllRequestsTogetherFitIntoTheRoom() {
    try (ContentMemory.Held first = memory.read(body(3 * MEGABYTE), 3 * MEGABYTE)) {
      assertThat(first.bytes()).hasSize(3 * MEGABYTE);
      assertThat(refusal(body(2 * MEGABYTE))).isEqualTo("TOO_MANY_WRITES");
      try (ContentMemory.Held small = memory.read(body(MEGABYTE), 3 * MEGABYTE)) {
        assertThat(small.bytes()).hasSize(MEGABYTE);
        assertThat(refusal(body(1))).isEqualTo("TOO_MANY_WRITES");
      }
    }
    roomIsWhole();
  }

  @Test
  void whatIsTooLargeOrBreaksOffLeavesItsRoom() {
    assertThat(refusal(body(3 * MEGABYTE + 1))).isEqualTo("FILE_TOO_LARGE");
    InputStream broken =
        new InputStream() {
          private int left = 200_000;

          @Override
          public int read() throws IOException {
            if (left == 0) {
              throw new IOException("broken");
            }
            left--;
            return 0;
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
              throw new IOException("broken");
            }
            int given = Math.min(left, length);
            left -= given;
            return given;
          }
        };
    assertThat(
            catchThrowableOfType(
                UncheckedIOException.class, () -> memory.read(broken, 3 * MEGABYTE).close()))
        .hasRootCauseMessage("broken");
    roomIsWhole();
  }

  private void roomIsWhole() {
    try (ContentMemory.Held whole = memory.read(body(4 * MEGABYTE), 4 * MEGABYTE)) {
      assertThat(whole.bytes()).hasSize(4 * MEGABYTE);
    }
  }
}
