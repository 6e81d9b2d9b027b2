package io.boathouse.platform.backup;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.OptionalLong;

/** Everything as one archive. */
public final class BackupRoutes implements Routes {
  static final Endpoint BACKUP =
      new Endpoint(GET, "/api/2.0/boathouse/backup", "takeBackup")
          .requires(Permission.administrator());

  private final BackupService backups;

  public BackupRoutes(BackupService backups) {
    this.backups = backups;
  }

  @Override
  public void mount(Api api) {
    api.handle(BACKUP, ErrorFormat.DATABRICKS, this::take);
  }

  private Reply take(Request request) {
    return Reply.stream(
            "application/zip",
            OptionalLong.empty(),
            out -> {
              try (Backup backup = backups.begin(request.caller())) {
                backup.writeTo(out);
              }
            })
        .withHeader("Content-Disposition", "attachment; filename=\"boathouse-backup.zip\"");
  }
}
