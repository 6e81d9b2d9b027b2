package io.boathouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.server.client.RestClient;
import io.boathouse.server.client.RestException;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole servers on one database and one storage: what one decides holds on the other. */
class TwoServersTest {
  @TempDir Path folder;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  private Boathouse server(String name, TestDatabase database) throws Exception {
    DataDirectory directory = opened(DataDirectory.open(folder.resolve(name)));
    Path storage = Files.createDirectories(folder.resolve("storage"));
    boolean unused = Files.deleteIfExists(folder.resolve(name).resolve("storage"));
    Path unusedLink = Files.createSymbolicLink(folder.resolve(name).resolve("storage"), storage);
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(
                Optional.empty(),
                Map.of("DATABASE_PASSWORD", database.password()),
                Map.of(
                    "server.port",
                    "0",
                    "database.url",
                    database.url(),
                    "database.user",
                    database.user(),
                    "database.password",
                    "${env:DATABASE_PASSWORD}")));
    return opened(new Boathouse(directory, config, InstantSource.system()));
  }

  private static void withinTwoSeconds(String what, Callable<Boolean> done) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (!done.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** A statement that ran while the news came is refused its result, which is from before. */
  private static boolean hasNow(long number, SqlClient sql, String query) throws Exception {
    try {
      return sql.run(query).number(0, 0) == number;
    } catch (RestException e) {
      assertThat(e).hasMessageContaining("has changed since the statement ran");
      return false;
    }
  }

  private static boolean refused(Callable<?> call) throws Exception {
    try {
      Object unused = call.call();
      return false;
    } catch (RestException e) {
      assertThat(e.status()).isIn(401, 403, 404);
      return true;
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(?s).*(PERMISSION|NOT_FOUND).*");
      return true;
    }
  }

  // Fails without the AccessFeed of Boathouse: the other server knows the token for a minute.
  @Test
  void case17_whatIsTakenAwayOrHiddenOnOneIsSoOnTheOtherWithinTwoSeconds() throws Exception {
    TestDatabase database = opened(TestDatabase.create());
    Boathouse one = server("one", database);
    Boathouse two = server("two", database);
    String token = one.administratorToken("");
    RestClient admin = new RestClient(one.uri(), token);
    SqlClient sql = new SqlClient(admin);
    for (String statement :
        new String[] {
          "CREATE TABLE main.default.berths AS SELECT * FROM (VALUES (1), (2)) t(id)",
          "CREATE FUNCTION main.default.first(id INT) RETURNS BOOLEAN RETURN id = 1"
        }) {
      var unused = sql.run(statement);
    }
    JsonNode ann =
        admin.post("/api/2.0/preview/scim/v2/Users", Map.of("userName", "ann", "active", true));
    JsonNode made =
        admin.post(
            "/api/2.0/token-management/on-behalf-of/tokens",
            Map.of("application_id", "ann", "comment", "", "lifetime_seconds", 3600));
    var unusedGrant = sql.run("GRANT USE CATALOG, USE SCHEMA, SELECT ON CATALOG main TO `ann`");
    RestClient hers = new RestClient(two.uri(), made.path("token_value").asText());
    SqlClient herSql = new SqlClient(hers);
    String count = "SELECT count(*) FROM main.default.berths";
    withinTwoSeconds("the grant", () -> !refused(() -> herSql.run(count)));
    assertThat(herSql.run(count).number(0, 0)).isEqualTo(2);

    var unusedFilter =
        sql.run("ALTER TABLE main.default.berths SET ROW FILTER main.default.first ON (id)");
    withinTwoSeconds("the policy", () -> hasNow(1, herSql, count));
    var unusedRevoke = sql.run("REVOKE SELECT ON CATALOG main FROM `ann`");
    withinTwoSeconds("the revoked grant", () -> refused(() -> herSql.run(count)));
    JsonNode unusedDisabled =
        admin.send(
            "PUT",
            "/api/2.0/preview/scim/v2/Users/" + ann.path("id").asText(),
            Map.of("userName", "ann", "active", false));
    withinTwoSeconds("the principal", () -> refused(() -> hers.get("/api/2.0/token/list")));
  }
}
