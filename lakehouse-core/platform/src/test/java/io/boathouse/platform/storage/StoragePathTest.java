package io.boathouse.platform.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoragePathTest {
  /** The defence is the check of "." and ".." in StoragePath.check. */
  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "a/../../b", "..", "a/..", "./a", "a/./b", "."})
  void case01_climbingPathsAreRefused(String path) {
    assertRefused(path);
  }

  /** Seen to fail without the check of backslash and U+FFFD; percent signs are never decoded. */
  @ParameterizedTest
  @ValueSource(strings = {"..\\..\\etc", "a\\b", "a/\uFFFD\uFFFDetc", "a/\uD800"})
  void case02_backslashesAndBrokenEncodingsAreRefused(String path) {
    assertRefused(path);
  }

  @Test
  void case02_percentSignsStayPercentSigns() {
    assertThat(StoragePath.of("..%2f%252e%252e").segments()).containsExactly("..%2f%252e%252e");
  }

  /** Seen to fail without the check of empty segments in StoragePath.check. */
  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "file:///etc/passwd", "//host/share", "jar:file:/x!/y//z"})
  void case03_absolutePathsAndUrlsAreRefused(String path) {
    assertRefused(path);
  }

  /** Seen to fail without the check of empty segments in StoragePath.check. */
  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "a\nb", "a\u007fb", "a\u0085b", "a//b", "a/"})
  void case05_controlCharactersAndEmptySegmentsAreRefused(String path) {
    assertRefused(path);
  }

  @Test
  void case05_longNamesAreRefusedAndTheMessageStaysShort() {
    String name = "x".repeat(4096);

    assertThat(assertRefused(name).message()).hasSizeLessThan(400);
    assertRefused("ä".repeat(128));
    assertThat(StoragePath.of("x".repeat(255)).name()).hasSize(255);
  }

  /** Seen to fail without Normalizer in StoragePath.of. */
  @Test
  void case05_composedAndDecomposedTwinsAreOnePath() {
    assertThat(StoragePath.of("a/u\u0308ber")).isEqualTo(StoragePath.of("a/\u00fcber"));
  }

  @Test
  void sortsByUtf8Bytes() {
    List<StoragePath> paths =
        Arrays.asList(
            StoragePath.of("a/b"),
            StoragePath.of("a.txt"),
            StoragePath.of("\uFF5E"),
            StoragePath.of("🚤"),
            StoragePath.of("a"),
            StoragePath.of("ä"));
    List<StoragePath> expected =
        paths.stream()
            .sorted(
                (x, y) ->
                    Arrays.compareUnsigned(
                        x.value().getBytes(StandardCharsets.UTF_8),
                        y.value().getBytes(StandardCharsets.UTF_8)))
            .toList();

    assertThat(paths.stream().sorted().toList()).isEqualTo(expected);
  }

  private static LakeException assertRefused(String path) {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> StoragePath.of(path));
    assertThat(failure).as(path).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.details()).containsEntry("field", "path");
    return failure;
  }
}
