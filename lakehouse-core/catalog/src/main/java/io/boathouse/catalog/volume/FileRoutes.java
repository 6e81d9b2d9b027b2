package io.boathouse.catalog.volume;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.HEAD;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.FileInfo;
import java.io.InputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The Files API of the Databricks workspace: files and folders of volumes. */
public final class FileRoutes implements Routes {
  private static final Permission READ = Permission.privileges("READ_VOLUME on the volume");
  private static final Permission WRITE = Permission.privileges("WRITE_VOLUME on the volume");
  private static final String FILES = "/api/2.0/fs/files/*";
  private static final String FOLDERS = "/api/2.0/fs/directories/*";

  static final Endpoint DOWNLOAD = new Endpoint(GET, FILES, "downloadFile").requires(READ);
  static final Endpoint METADATA = new Endpoint(HEAD, FILES, "getFileMetadata").requires(READ);
  static final Endpoint UPLOAD = new Endpoint(PUT, FILES, "uploadFile").requires(WRITE);
  static final Endpoint DELETE_FILE = new Endpoint(DELETE, FILES, "deleteFile").requires(WRITE);
  static final Endpoint LIST = new Endpoint(GET, FOLDERS, "listDirectory").requires(READ);
  static final Endpoint FOLDER_METADATA =
      new Endpoint(HEAD, FOLDERS, "getDirectoryMetadata").requires(READ);
  static final Endpoint CREATE_FOLDER =
      new Endpoint(PUT, FOLDERS, "createDirectory").requires(WRITE);
  static final Endpoint DELETE_FOLDER =
      new Endpoint(DELETE, FOLDERS, "deleteDirectory").requires(WRITE);

  private final VolumeFileService files;

  public FileRoutes(VolumeFileService files) {
    this.files = files;
  }

  @Override
  public void mount(Api api) {
    api.handle(DOWNLOAD, ErrorFormat.DATABRICKS, this::download);
    api.handle(METADATA, ErrorFormat.DATABRICKS, this::metadata);
    api.handleStream(UPLOAD, ErrorFormat.DATABRICKS, this::upload);
    api.handle(DELETE_FILE, ErrorFormat.DATABRICKS, this::delete);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(FOLDER_METADATA, ErrorFormat.DATABRICKS, this::folderMetadata);
    api.handle(CREATE_FOLDER, ErrorFormat.DATABRICKS, this::createFolder);
    api.handle(DELETE_FOLDER, ErrorFormat.DATABRICKS, this::deleteFolder);
  }

  private Reply download(Request request) {
    VolumePath path = path(request);
    FileInfo info = files.get(request.caller(), path);
    return described(
        info,
        Reply.stream(
            "application/octet-stream",
            OptionalLong.of(info.size()),
            out -> {
              try (InputStream in = files.open(request.caller(), path)) {
                long unused = in.transferTo(out);
              }
            }));
  }

  private Reply metadata(Request request) {
    FileInfo info = files.get(request.caller(), path(request));
    return described(info, Reply.status(200))
        .withHeader("Content-Type", "application/octet-stream")
        .withHeader("Content-Length", Long.toString(info.size()));
  }

  private Reply upload(Request request) {
    boolean overwrite = request.booleanQuery("overwrite").orElse(false);
    FileInfo unused = files.put(request.caller(), path(request), request.bodyStream(), overwrite);
    return Reply.status(204);
  }

  private Reply delete(Request request) {
    files.delete(request.caller(), path(request));
    return Reply.status(204);
  }

  private Reply list(Request request) {
    List<Content> contents =
        files.list(request.caller(), path(request)).stream().map(Content::of).toList();
    return Reply.of(Map.of("contents", contents));
  }

  private Reply folderMetadata(Request request) {
    files.requireFolder(request.caller(), path(request));
    return Reply.status(200);
  }

  private Reply createFolder(Request request) {
    files.createFolder(request.caller(), path(request));
    return Reply.status(204);
  }

  private Reply deleteFolder(Request request) {
    files.deleteFolder(request.caller(), path(request));
    return Reply.status(204);
  }

  private static Reply described(FileInfo info, Reply reply) {
    return reply
        .withHeader(
            "Last-Modified",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(info.modifiedAt().atOffset(ZoneOffset.UTC)))
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Content-Disposition", "attachment");
  }

  private static VolumePath path(Request request) {
    return VolumePath.parse(request.pathParam("*"));
  }

  /** A folder's entry on the wire; the time in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Content(
      @JsonProperty("path") String path,
      @JsonProperty("name") String name,
      @JsonProperty("is_directory") boolean isDirectory,
      @JsonProperty("file_size") @Nullable Long fileSize,
      @JsonProperty("last_modified") @Nullable Long lastModified) {
    static Content of(VolumeFileService.Entry entry) {
      return new Content(
          entry.path().toString(),
          entry.path().path().name(),
          entry.file().isEmpty(),
          entry.file().map(FileInfo::size).orElse(null),
          entry.file().map(file -> file.modifiedAt().toEpochMilli()).orElse(null));
    }
  }
}
