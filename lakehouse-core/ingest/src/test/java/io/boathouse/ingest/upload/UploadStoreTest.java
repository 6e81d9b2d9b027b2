package io.boathouse.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadStoreTest {
  private static final Caller ANN =
      new Caller(
          UUID.fromString("00000000-0000-4000-8000-00000000000a"),
          "ann",
          Caller.Kind.USER,
          Set.of(),
          Optional.empty(),
          "r",
          "local",
          "test");

  @TempDir Path folder;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  @Test
  void uploadExpiresAfterADayAndItsFileGoes() throws IOException {
    try (UploadStore store = new UploadStore(folder, now::get)) {
      String id = store.put(ANN, new ByteArrayInputStream(new byte[] {1, 2})).id().toString();
      now.updateAndGet(time -> time.plus(Duration.ofHours(23)));
      try (InputStream in = store.open(ANN, id)) {
        assertThat(in.readAllBytes()).containsExactly(1, 2);
      }
      now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
      assertThat(catchThrowableOfType(LakeException.class, () -> store.open(ANN, id)).reason())
          .isEqualTo("UPLOAD_NOT_FOUND");
      assertThat(files()).isZero();
    }
  }

  @Test
  void bodyThatBreaksOffLeavesNothing() throws IOException {
    try (UploadStore store = new UploadStore(folder, now::get)) {
      InputStream broken =
          new InputStream() {
            private int left = 10;

            @Override
            public int read() throws IOException {
              if (left == 0) {
                throw new IOException("connection reset");
              }
              left--;
              return 7;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
              into[offset] = (byte) read();
              return 1;
            }
          };
      assertThat(catchThrowableOfType(LakeException.class, () -> store.put(ANN, broken)).reason())
          .isEqualTo("UPLOAD_NOT_KEPT");
      assertThat(files()).isZero();
    }
  }

  @Test
  void whatAnEarlierProcessLeftIsCleared() throws IOException {
    Files.writeString(folder.resolve("left"), "x");
    try (UploadStore store = new UploadStore(folder, now::get)) {
      assertThat(files()).isZero();
      var unused = store.put(ANN, new ByteArrayInputStream(new byte[] {1}));
      assertThat(files()).isOne();
    }
    assertThat(files()).isZero();
  }

  private long files() throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.count();
    }
  }
}
