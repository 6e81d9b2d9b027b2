package io.boathouse.ingest.upload;

import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.util.Map;

/** Failures of uploads. */
final class UploadErrors {
  private UploadErrors() {}

  static LakeException notFound(String id) {
    String shown = id.length() > 80 ? id.substring(0, 80) : id;
    return new LakeException(
        NOT_FOUND,
        "UPLOAD_NOT_FOUND",
        "The upload '%s' does not exist, is not yours, or is older than a day. Upload the file again."
            .formatted(shown),
        Map.of("field", "source.upload_id", "value", shown));
  }

  static LakeException tooMany(int kept) {
    return new LakeException(
        RATE_LIMITED,
        "TOO_MANY_UPLOADS",
        "%d uploads wait to be loaded. Retry later.".formatted(kept),
        Map.of("retry_after", "60"));
  }

  static LakeException notKept(IOException cause) {
    return new LakeException(
        UNAVAILABLE,
        "UPLOAD_NOT_KEPT",
        "The upload could not be kept in the data directory's tmp folder. Check its space.",
        Map.of(),
        cause);
  }
}
