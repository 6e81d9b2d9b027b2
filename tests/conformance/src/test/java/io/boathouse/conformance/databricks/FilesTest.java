package io.boathouse.conformance.databricks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksError;
import com.databricks.sdk.core.error.platform.NotFound;
import com.databricks.sdk.core.error.platform.PermissionDenied;
import com.databricks.sdk.service.catalog.CreateVolumeRequestContent;
import com.databricks.sdk.service.catalog.VolumeType;
import com.databricks.sdk.service.files.CreateDirectoryRequest;
import com.databricks.sdk.service.files.DirectoryEntry;
import com.databricks.sdk.service.files.UploadRequest;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Conformance
class FilesTest {
  private static final String VOLUME = "/Volumes/dbx_files/s/v";

  private static WorkspaceClient client;

  @BeforeAll
  static void open(PackagedServer server) {
    client = Workspace.of(server);
    Workspace.newCatalog(client, "dbx_files");
    var unused =
        client
            .volumes()
            .create(
                new CreateVolumeRequestContent()
                    .setCatalogName("dbx_files")
                    .setSchemaName("s")
                    .setName("v")
                    .setVolumeType(VolumeType.MANAGED));
  }

  private static void upload(String path, byte[] bytes, boolean overwrite) {
    client
        .files()
        .upload(
            new UploadRequest()
                .setFilePath(path)
                .setContents(new ByteArrayInputStream(bytes))
                .setOverwrite(overwrite));
  }

  private static byte[] download(String path) throws IOException {
    try (InputStream contents = client.files().download(path).getContents()) {
      return contents.readAllBytes();
    }
  }

  @Test
  void aFileComesBackByteForByte() throws IOException {
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    upload(VOLUME + "/large.bin", bytes, false);
    assertThat(download(VOLUME + "/large.bin")).isEqualTo(bytes);
    assertThat(client.files().getMetadata(VOLUME + "/large.bin").getContentLength())
        .isEqualTo(3_000_000);
  }

  @Test
  void aFileIsReplacedOnlyOnDemand() throws IOException {
    upload(VOLUME + "/once.txt", "first".getBytes(StandardCharsets.UTF_8), false);
    assertThatThrownBy(
            () -> upload(VOLUME + "/once.txt", "second".getBytes(StandardCharsets.UTF_8), false))
        .isInstanceOfSatisfying(
            DatabricksError.class, refusal -> assertThat(refusal.getStatusCode()).isEqualTo(409));
    assertThat(download(VOLUME + "/once.txt")).asString().isEqualTo("first");
    upload(VOLUME + "/once.txt", "second".getBytes(StandardCharsets.UTF_8), true);
    assertThat(download(VOLUME + "/once.txt")).asString().isEqualTo("second");
  }

  @Test
  void foldersAreMadeListedAndDeleted() {
    client.files().createDirectory(new CreateDirectoryRequest().setDirectoryPath(VOLUME + "/a/b"));
    upload(VOLUME + "/a/note.txt", new byte[] {1}, false);
    client.files().getDirectoryMetadata(VOLUME + "/a/b");
    assertThat(client.files().listDirectoryContents(VOLUME + "/a"))
        .extracting(DirectoryEntry::getName)
        .containsExactlyInAnyOrder("b", "note.txt");
    assertThatThrownBy(() -> client.files().deleteDirectory(VOLUME + "/a"))
        .isInstanceOf(DatabricksError.class);
    client.files().delete(VOLUME + "/a/note.txt");
    client.files().deleteDirectory(VOLUME + "/a/b");
    assertThatThrownBy(() -> client.files().getDirectoryMetadata(VOLUME + "/a/b"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void copyIntoLoadsEachFileOnce(PackagedServer server) {
    Workspace.run(client, "CREATE TABLE dbx_files.s.copied (id BIGINT, name STRING)");
    upload(VOLUME + "/in/one.csv", "id,name\n1,ann\n2,bob\n".getBytes(UTF_8), false);
    upload(VOLUME + "/in/deep/two.csv", "id,name\n3,cid\n".getBytes(UTF_8), false);
    upload(VOLUME + "/in/other.txt", "no rows\n".getBytes(UTF_8), false);
    String copy =
        """
        COPY INTO dbx_files.s.copied FROM '%s/in' FILEFORMAT = CSV PATTERN = '{*,**/*}.csv'
        FORMAT_OPTIONS ('header' = 'true') COPY_OPTIONS ('force' = 'false')
        """
            .formatted(VOLUME);

    assertThat(Workspace.run(client, copy).getResult().getDataArray().iterator().next())
        .containsExactly("3", "3", "0", "2", "0");
    assertThat(Workspace.run(client, copy).getResult().getDataArray().iterator().next())
        .containsExactly("0", "0", "0", "0", "2");
    assertThat(
            Workspace.run(client, "SELECT count(*), sum(id) FROM dbx_files.s.copied@v2")
                .getResult()
                .getDataArray()
                .iterator()
                .next())
        .containsExactly("3", "6");

    WorkspaceClient stranger =
        Workspace.of(server, new Users(new Http(server)).token("dbx-copy-stranger"));
    assertThatThrownBy(() -> Workspace.run(stranger, copy)).hasMessageContaining("does not exist");
  }

  @Test
  void aStrangerReadsNothing(PackagedServer server) {
    upload(VOLUME + "/secret.txt", new byte[] {1}, false);
    WorkspaceClient stranger =
        Workspace.of(server, new Users(new Http(server)).token("dbx-files-stranger"));
    assertThatThrownBy(() -> stranger.files().download(VOLUME + "/secret.txt"))
        .isInstanceOfAny(PermissionDenied.class, NotFound.class);
    assertThatThrownBy(() -> stranger.files().delete(VOLUME + "/secret.txt"))
        .isInstanceOfAny(PermissionDenied.class, NotFound.class);
  }
}
