package io.boathouse.platform.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StsKeyVendorTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir static Path folder;
  private static TokenService service;

  @BeforeAll
  static void start() {
    service = new TokenService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static StsKeyVendor vendor(String role, URI endpoint) {
    S3StoreConfig store =
        new S3StoreConfig(
            "lake",
            StoragePath.of("house"),
            Optional.empty(),
            "eu-central-1",
            false,
            Optional.of(new S3StoreConfig.Credentials("server-key", "server-secret")),
            folder,
            1 << 20,
            Duration.ofSeconds(5));
    return new StsKeyVendor(store, role, Optional.of(endpoint));
  }

  @Test
  void keysToReadAreGoodForTheFolderAndNothingElse() {
    try (StsKeyVendor vendor = vendor(TokenService.ROLE, service.uri())) {
      S3Keys keys = vendor.keys(StoragePath.of("tables/t1"), false, "ann@example.org/x", HOUR);
      assertThat(keys.sessionToken()).isEqualTo("made-token");
      assertThat(keys.expiresAt()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
      assertThat(keys.toString()).doesNotContain("made");
    }
    assertThat(service.asked())
        .containsEntry("Action", "AssumeRole")
        .containsEntry("DurationSeconds", "3600")
        .containsEntry("RoleSessionName", "boathouse-ann@example.org-x");
    assertThat(service.allows("s3:GetObject", "lake", "house/tables/t1/part-0.parquet")).isTrue();
    assertThat(service.allows("s3:ListBucket", "lake", "house/tables/t1/_delta_log/")).isTrue();
    assertThat(service.allows("s3:PutObject", "lake", "house/tables/t1/x")).isFalse();
    assertThat(service.allows("s3:DeleteObject", "lake", "house/tables/t1/x")).isFalse();
    for (String outside :
        new String[] {"house/tables/t10/x", "house/tables/t2/x", "house/x", "other", ""}) {
      assertThat(service.allows("s3:GetObject", "lake", outside)).as(outside).isFalse();
      assertThat(service.allows("s3:ListBucket", "lake", outside)).as(outside).isFalse();
    }
    assertThat(service.allows("s3:GetObject", "other", "house/tables/t1/x")).isFalse();
  }

  @Test
  void keysToWriteAlsoPutAndDeleteThere() {
    try (StsKeyVendor vendor = vendor(TokenService.ROLE, service.uri())) {
      S3Keys unused = vendor.keys(StoragePath.of("tables/t1"), true, "ann", HOUR);
    }
    for (String action : new String[] {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}) {
      assertThat(service.allows(action, "lake", "house/tables/t1/x")).isTrue();
      assertThat(service.allows(action, "lake", "house/tables/t2/x")).isFalse();
    }
    assertThat(service.allows("s3:PutBucketPolicy", "lake", "house/tables/t1/x")).isFalse();
  }

  /** Fails when the key goes into the policy as it is (StsKeyVendor.literal left out). */
  @Test
  void case28_aFolderNamedLikeAWildcardIsItself() {
    try (StsKeyVendor vendor = vendor(TokenService.ROLE, service.uri())) {
      S3Keys unused = vendor.keys(StoragePath.of("tables/t*?${aws:x}"), false, "ann", HOUR);
    }
    assertThat(service.allows("s3:GetObject", "lake", "house/tables/t*?${aws:x}/f")).isTrue();
    assertThat(service.allows("s3:GetObject", "lake", "house/tables/t2?${aws:x}/f")).isFalse();
    assertThat(service.allows("s3:GetObject", "lake", "house/tables/t2/f")).isFalse();
  }

  @Test
  void aRoleThatIsRefusedAndAServiceThatIsAwayAreErrorsAndNeverTheServersOwnKeys() {
    try (StsKeyVendor vendor = vendor("arn:aws:iam::1:role/other", service.uri())) {
      LakeException refused = failure(vendor);
      assertThat(refused.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
      assertThat(refused.message()).contains("arn:aws:iam::1:role/other").doesNotContain("server-");
    }
    try (StsKeyVendor vendor = vendor(TokenService.ROLE, URI.create("http://127.0.0.1:1"))) {
      assertThat(failure(vendor).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    LakeException none =
        catchThrowableOfType(
            LakeException.class,
            () -> S3KeyVendor.NONE.keys(StoragePath.of("tables/t"), false, "ann", HOUR));
    assertThat(none.message()).contains("storage.access_role");
  }

  private static LakeException failure(StsKeyVendor vendor) {
    return catchThrowableOfType(
        LakeException.class, () -> vendor.keys(StoragePath.of("tables/t"), false, "ann", HOUR));
  }
}
