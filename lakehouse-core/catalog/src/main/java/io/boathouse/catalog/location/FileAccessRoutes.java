package io.boathouse.catalog.location;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.HEAD;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.InputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files at addresses that were issued with {@link AccessService}; the address is the right. */
final class FileAccessRoutes implements Routes {
  private static final String FOLDER = AccessService.FILES + ":token";
  private static final String FILE = FOLDER + "/*";
  private static final Permission SIGNED =
      Permission.open(
          "the signed address names folder, operation, principal and end, and the principal's right"
              + " is asked at every use");

  static final Endpoint LIST = new Endpoint(GET, FOLDER, "listAccessFiles").requires(SIGNED);
  static final Endpoint READ = new Endpoint(GET, FILE, "readAccessFile").requires(SIGNED);
  static final Endpoint INSPECT = new Endpoint(HEAD, FILE, "inspectAccessFile").requires(SIGNED);
  static final Endpoint WRITE = new Endpoint(PUT, FILE, "writeAccessFile").requires(SIGNED);

  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");
  private static final int MOST = 1_000;
  private static final int PIECE = 1 << 20;
  private static final int MOST_UNREPLACED = 64 << 20;

  /** Of all that must not replace anything, in bytes. */
  private static final long MOST_HELD = 128L << 20;

  private final FileAccess access;
  private final ContentMemory memory = new ContentMemory(MOST_HELD);

  FileAccessRoutes(FileAccess access) {
    this.access = access;
  }

  @Override
  public void mount(Api api) {
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(READ, ErrorFormat.DATABRICKS, this::read);
    api.handle(INSPECT, ErrorFormat.DATABRICKS, this::inspect);
    api.handleStream(WRITE, ErrorFormat.DATABRICKS, this::write);
  }

  /** Sizes in bytes, times in milliseconds since the epoch. */
  record Found(
      @JsonProperty("path") String path,
      @JsonProperty("size") long size,
      @JsonProperty("modified_at") long modifiedAt) {}

  record Listing(
      @JsonProperty("files") List<Found> files,
      @JsonProperty("next_start_after") @Nullable String nextStartAfter) {}

  private Reply list(Request request) {
    FileStore folder = access.open(request.pathParam("token"), AccessOperation.READ).files();
    StoragePath under = request.query("folder").map(StoragePath::of).orElse(StoragePath.ROOT);
    Optional<StoragePath> after = request.query("start_after").map(StoragePath::of);
    List<FileInfo> found = folder.list(under, after, MOST);
    return Reply.of(
        new Listing(
            found.stream()
                .map(
                    file ->
                        new Found(
                            file.path().value(), file.size(), file.modifiedAt().toEpochMilli()))
                .toList(),
            found.size() == MOST ? found.getLast().path().value() : null));
  }

  private Reply read(Request request) {
    FileStore folder = access.open(request.pathParam("token"), AccessOperation.READ).files();
    FileInfo file = find(folder, path(request));
    Matcher range = RANGE.matcher(request.header("Range").orElse(""));
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      return described(
          file,
          Reply.stream(
              "application/octet-stream",
              OptionalLong.of(file.size()),
              out -> {
                try (InputStream in = folder.open(file.path())) {
                  long unused = in.transferTo(out);
                }
              }));
    }
    return part(folder, file, range);
  }

  private static Reply part(FileStore folder, FileInfo file, Matcher range) {
    boolean suffix = range.group(1).isEmpty();
    long first =
        suffix
            ? Math.max(0, file.size() - Long.parseLong(range.group(2)))
            : Long.parseLong(range.group(1));
    long last =
        suffix || range.group(2).isEmpty()
            ? file.size() - 1
            : Math.min(file.size() - 1, Long.parseLong(range.group(2)));
    if (first > last) {
      return Reply.status(416).withHeader("Content-Range", "bytes */" + file.size());
    }
    Reply.Writer writer =
        out -> {
          for (long at = first; at <= last; at += PIECE) {
            out.write(folder.read(file.path(), at, (int) Math.min(PIECE, last - at + 1)));
          }
        };
    return described(
            file,
            Reply.stream("application/octet-stream", OptionalLong.of(last - first + 1), writer))
        .withStatus(206)
        .withHeader("Content-Range", "bytes %d-%d/%d".formatted(first, last, file.size()));
  }

  private Reply inspect(Request request) {
    FileStore folder = access.open(request.pathParam("token"), AccessOperation.READ).files();
    FileInfo file = find(folder, path(request));
    return described(file, Reply.status(200))
        .withHeader("Content-Length", Long.toString(file.size()));
  }

  /** A version of a table, and what the client says so of, is never replaced. */
  private Reply write(Request request) {
    FileAccess.Opened opened = access.open(request.pathParam("token"), AccessOperation.READ_WRITE);
    FileStore folder = opened.files();
    StoragePath path = path(request);
    boolean absent = request.header("If-None-Match").filter("*"::equals).isPresent();
    InputStream body = request.bodyStream();
    if (!absent && !opened.isVersion(path)) {
      FileInfo unused =
          folder.put(
              path,
              out -> {
                long unusedBytes = body.transferTo(out);
              });
    } else {
      putIfAbsent(folder, path, body);
    }
    return Reply.of(Map.of("path", path.value()));
  }

  private void putIfAbsent(FileStore folder, StoragePath path, InputStream body) {
    try (ContentMemory.Held content = memory.read(body, MOST_UNREPLACED)) {
      if (!folder.putIfAbsent(path, content.bytes())) {
        throw AccessErrors.fileExists(path.value());
      }
    }
  }

  private static FileInfo find(FileStore folder, StoragePath path) {
    return folder.find(path).orElseThrow(() -> AccessErrors.fileNotFound(path.value()));
  }

  private static StoragePath path(Request request) {
    return StoragePath.of(request.pathParam("*"));
  }

  private static Reply described(FileInfo file, Reply reply) {
    return reply
        .withHeader("Accept-Ranges", "bytes")
        .withHeader(
            "Last-Modified",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(file.modifiedAt().atOffset(ZoneOffset.UTC)))
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Cache-Control", "private, no-store")
        .withHeader("Content-Disposition", "attachment");
  }
}
