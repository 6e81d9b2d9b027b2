package io.boathouse.ingest.upload;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.ingest.file.FileLoader;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.Map;

/** Uploading and loading of files. */
public final class IngestRoutes implements Routes {
  static final Endpoint UPLOAD =
      new Endpoint(POST, "/api/2.0/boathouse/ingest/uploads", "uploadIngestFile")
          .requires(Permission.authenticated("an upload can be loaded by who sent it"));
  static final Endpoint LOAD =
      new Endpoint(POST, "/api/2.0/boathouse/ingest/load", "loadFile")
          .requires(
              Permission.privileges(
                  "MODIFY on the table, or CREATE TABLE on its schema",
                  "READ VOLUME on the volume of the file",
                  "SELECT on the tables that a transform reads"));

  private final UploadStore uploads;
  private final FileLoader loader;

  public IngestRoutes(UploadStore uploads, FileLoader loader) {
    this.uploads = uploads;
    this.loader = loader;
  }

  @Override
  public void mount(Api api) {
    api.handleStream(UPLOAD, ErrorFormat.DATABRICKS, this::upload);
    api.handle(LOAD, ErrorFormat.DATABRICKS, this::load);
  }

  private Reply upload(Request request) {
    UploadStore.Upload upload = uploads.put(request.caller(), request.bodyStream());
    return Reply.of(Map.of("upload_id", upload.id().toString(), "bytes", upload.bytes()));
  }

  private Reply load(Request request) {
    LoadWire.Load wanted = request.json(LoadWire.Load.class);
    return Reply.of(LoadWire.Loaded.of(loader.load(request.caller(), wanted.toRequest())));
  }
}
