package io.boathouse.table.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.storage.ObjectStore;
import io.boathouse.platform.storage.S3FileStore;
import io.boathouse.platform.storage.S3StoreConfig;
import io.boathouse.platform.storage.StsKeyVendor;
import io.boathouse.platform.storage.TokenService;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.WriteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own REST client asks for credentials with a table, and reads a bucket with them. */
class IcebergVendedTest {
  private static final TableIdentifier TABLE = TableIdentifier.of("default", "vended");
  private static final FullName NAME = FullName.of("main", "default", "vended");
  private static final TableSchema SCHEMA = TableSchema.of(Column.of("n", new DataType.LongType()));

  @TempDir Path folder;

  @Test
  void case28_theClientReadsWithKeysThatAreGoodForTheTableAlone() throws Exception {
    try (ObjectStore objects = ObjectStore.start();
        TokenService tokens = new TokenService()) {
      S3StoreConfig config =
          objects.config("house", objects.endpoint(), folder.resolve("server-cache"));
      tokens.giveAlways(config.credentials().orElseThrow());
      try (S3FileStore store = objects.open("house", folder.resolve("server-cache"));
          StsKeyVendor vendor =
              new StsKeyVendor(serverKeys(config), TokenService.ROLE, Optional.of(tokens.uri()));
          GovernedTables house = new GovernedTables(folder, store, vendor)) {
        UUID id = fill(house);
        try (TestServer server =
            TestServer.start(house.catalog().authenticator(), house.module().routes())) {
          keysAreGivenWhenTheyAreAskedFor(house, server, config);
          assertThat(tokens.asked()).containsEntry("RoleArn", TokenService.ROLE);
          String key = "house/tables/" + id + "/any";
          assertThat(tokens.allows("s3:GetObject", config.bucket(), key)).isTrue();
          assertThat(tokens.allows("s3:PutObject", config.bucket(), key)).isFalse();
          assertThat(tokens.allows("s3:GetObject", config.bucket(), "house/tables/x")).isFalse();
        }
      }
    }
  }

  /** The token service of the test takes requests of this identity. */
  private static S3StoreConfig serverKeys(S3StoreConfig config) {
    return new S3StoreConfig(
        config.bucket(),
        config.prefix(),
        config.endpoint(),
        config.region(),
        config.pathStyle(),
        Optional.of(new S3StoreConfig.Credentials("server-key", "server-secret")),
        config.cacheFolder(),
        config.cacheBytes(),
        config.attemptTimeout());
  }

  private static UUID fill(GovernedTables house) {
    UUID id =
        house
            .module()
            .tables()
            .create(
                house.administrator(),
                new NewTable(NAME, SCHEMA, List.of(), Map.of(), Optional.empty()))
            .id();
    Object unused =
        house
            .module()
            .tables()
            .append(
                house.administrator(),
                NAME,
                new Rows.Values(SCHEMA, List.of(List.of(1L), List.of(2L))),
                WriteOptions.of("INSERT"));
    return id;
  }

  private void keysAreGivenWhenTheyAreAskedFor(
      GovernedTables house, TestServer server, S3StoreConfig config) throws IOException {
    String token = house.catalog().bootstrap().administratorToken("");
    Map<String, String> vended = Map.of("header.X-Iceberg-Access-Delegation", "vended-credentials");
    try (RESTCatalog client = client(server, token, config, vended);
        RESTCatalog without = client(server, token, config, Map.of())) {
      Table table = client.loadTable(TABLE);
      assertThat(table.io().properties()).containsKey("s3.session-token-expires-at-ms");
      assertThat(rows(table)).extracting(row -> row.getField("n")).containsExactly(1L, 2L);
      Table plain = without.loadTable(TABLE);
      assertThatThrownBy(() -> rows(plain)).isInstanceOf(ForbiddenException.class);
    }
    Object unused = house.user("ice", Privilege.USE_SCHEMA);
    String ices =
        house
            .catalog()
            .tokens()
            .createFor(house.administrator(), "ice", "t", Duration.ofDays(1))
            .value();
    try (RESTCatalog ice = client(server, ices, config, vended)) {
      assertThatThrownBy(() -> ice.loadTable(TABLE)).isInstanceOf(NoSuchTableException.class);
      house.grant(SecurableType.TABLE, NAME, "ice", Privilege.SELECT);
      assertThat(rows(ice.loadTable(TABLE))).hasSize(2);
    }
  }

  private RESTCatalog client(
      TestServer server, String token, S3StoreConfig config, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("uri", server.uri("/api/2.1/unity-catalog/iceberg").toString());
    properties.put("token", token);
    properties.put("warehouse", "main");
    properties.put("io-impl", VendedIo.class.getName());
    properties.put("s3.endpoint", config.endpoint().orElseThrow().toString());
    properties.put("bucket", config.bucket());
    properties.put("cache", folder.resolve("client-cache").toString());
    RESTCatalog made = new RESTCatalog();
    made.initialize("boathouse", properties);
    return made;
  }

  private static List<Record> rows(Table table) throws IOException {
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      return StreamSupport.stream(rows.spliterator(), false).toList();
    }
  }
}
