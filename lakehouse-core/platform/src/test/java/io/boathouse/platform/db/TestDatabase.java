package io.boathouse.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * A fresh, empty database for one test class, on one PostgreSQL for the whole JVM. The server is
 * the real embedded one, only without waiting for the disk; its files stay below {@code target} so
 * that the next run starts quickly.
 */
public final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger counter = new AtomicInteger();

  private final String name;
  private final HikariDataSource pool;
  private final Database database;

  private TestDatabase(String name) {
    this.name = name;
    HikariConfig config = MetadataDatabase.poolConfig(DatabaseConfig.DEFAULTS);
    config.setJdbcUrl(url());
    config.setUsername(user());
    config.setPassword(password());
    this.pool = MetadataDatabase.connect(config);
    this.database = new Database(Jdbi.create(pool));
  }

  /** Creates an empty database and runs the migrations of these modules in it, in this order. */
  public static TestDatabase create(String... modules) {
    String name = "test_" + counter.incrementAndGet();
    asSuperuser("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    asSuperuser("CREATE DATABASE " + name + " OWNER boathouse_test STRATEGY file_copy");
    var created = new TestDatabase(name);
    for (String module : modules) {
      Migrations.run(created.dataSource(), module);
    }
    return created;
  }

  public Database database() {
    return database;
  }

  public DataSource dataSource() {
    return pool;
  }

  /** The JDBC address, for a child process. */
  public String url() {
    return Server.postgres.url(name);
  }

  public String user() {
    return "boathouse_test";
  }

  public String password() {
    return Server.postgres.passwords().server();
  }

  @Override
  public void close() {
    pool.close();
    asSuperuser("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  private static void asSuperuser(String command) {
    try (Connection connection = MetadataDatabase.superuser(Server.postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    } catch (SQLException e) {
      throw new IllegalStateException(command, e);
    }
  }

  /** The one server of this JVM, started by the first test that needs it. */
  private static final class Server {
    private static final List<FileLock> locks = new ArrayList<>(); // held until the JVM ends
    static final EmbeddedPostgres postgres = start();

    private static EmbeddedPostgres start() {
      Path directory = ownDirectory();
      EmbeddedPostgres postgres =
          EmbeddedPostgres.start(
              directory,
              Unprivileged.detect(),
              Map.of("fsync", "off", "full_page_writes", "off", "max_connections", "100"));
      Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
      try (Connection connection = MetadataDatabase.superuser(postgres);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "DO $$ BEGIN CREATE ROLE boathouse_test LOGIN; EXCEPTION WHEN duplicate_object THEN"
                + " NULL; END $$");
        MetadataDatabase.setPassword(connection, "boathouse_test", postgres.passwords().server());
      } catch (SQLException e) {
        postgres.close();
        throw new IllegalStateException("cannot prepare the test database", e);
      }
      return postgres;
    }

    /** The first folder that no other running JVM uses. */
    private static Path ownDirectory() {
      for (int n = 0; n < 16; n++) {
        Path directory = Path.of("target", "test-postgres-" + n).toAbsolutePath();
        try {
          Files.createDirectories(directory);
          FileChannel channel =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock();
          if (lock != null) {
            locks.add(lock);
            return directory.resolve("postgres");
          }
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      throw new IllegalStateException("16 test databases are in use below target");
    }
  }
}
