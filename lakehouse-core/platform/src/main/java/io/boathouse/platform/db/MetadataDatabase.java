package io.boathouse.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * The metadata database and its connection pool: PostgreSQL of our own below the data directory, or
 * the one at {@code database.url}. Whoever opens it closes it, after everything that uses it.
 */
public final class MetadataDatabase implements AutoCloseable {
  private static final String ROLE = "boathouse";
  private static final String NAME = "boathouse";

  private final Optional<EmbeddedPostgres> embedded;
  private final HikariDataSource pool;
  private final Database database;

  private MetadataDatabase(Optional<EmbeddedPostgres> embedded, HikariDataSource pool) {
    this.embedded = embedded;
    this.pool = pool;
    this.database = new Database(Jdbi.create(pool));
  }

  /**
   * Opens the database that the settings name.
   *
   * @param directory the folder of the embedded database; only one process may use it at a time
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION where no embedded
   *     database exists for this machine; UNAVAILABLE if the database does not start or answer
   */
  public static MetadataDatabase open(Path directory, DatabaseConfig config) {
    if (config.url().isPresent()) {
      HikariConfig pool = poolConfig(config);
      pool.setJdbcUrl(config.url().get());
      config.user().ifPresent(pool::setUsername);
      config.password().ifPresent(pool::setPassword);
      return new MetadataDatabase(Optional.empty(), connect(pool));
    }
    EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, Unprivileged.detect(), Map.of());
    try {
      prepare(postgres);
      HikariConfig pool = poolConfig(config);
      pool.setJdbcUrl(postgres.url(NAME));
      pool.setUsername(ROLE);
      pool.setPassword(postgres.passwords().server());
      return new MetadataDatabase(Optional.of(postgres), connect(pool));
    } catch (SQLException | RuntimeException e) {
      postgres.close();
      throw e instanceof RuntimeException failure ? failure : DatabaseErrors.unreachable(e);
    }
  }

  /** Transactions over the pool. */
  public Database database() {
    return database;
  }

  /** The pool itself, for migrations and health checks. */
  public DataSource dataSource() {
    return pool;
  }

  /** Whether the database answers within two seconds, as a readiness probe asks. */
  public boolean answers() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Brings the tables of these modules up to date, in this order; see {@link Migrations}. */
  public void migrate(String... modules) {
    for (String module : modules) {
      Migrations.run(pool, module);
    }
  }

  /** The process id of the embedded PostgreSQL, if there is one. */
  public Optional<Long> embeddedProcess() {
    return embedded.map(EmbeddedPostgres::pid);
  }

  Optional<EmbeddedPostgres> embedded() {
    return embedded;
  }

  @Override
  public void close() {
    pool.close();
    embedded.ifPresent(EmbeddedPostgres::close);
  }

  static HikariDataSource connect(HikariConfig config) {
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw DatabaseErrors.unreachable(e.getCause() == null ? e : e.getCause());
    }
  }

  static HikariConfig poolConfig(DatabaseConfig config) {
    var pool = new HikariConfig();
    pool.setPoolName("metadata");
    pool.setMaximumPoolSize(config.poolSize());
    pool.setMinimumIdle(1);
    pool.setIdleTimeout(Duration.ofMinutes(1).toMillis());
    pool.setConnectionTimeout(Duration.ofSeconds(20).toMillis());
    pool.setInitializationFailTimeout(Duration.ofSeconds(3).toMillis());
    pool.addDataSourceProperty("ApplicationName", "boathouse");
    pool.addDataSourceProperty("tcpKeepAlive", "true");
    pool.addDataSourceProperty("reWriteBatchedInserts", "true");
    pool.addDataSourceProperty(
        "options", "-c lock_timeout=20s -c idle_in_transaction_session_timeout=10min");
    return pool;
  }

  /** Makes the server's role and database if a first start did not get that far. */
  private static void prepare(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = superuser(postgres)) {
      if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", ROLE)) {
        execute(connection, "CREATE ROLE boathouse NOLOGIN");
      }
      if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolcanlogin AND rolname = ?", ROLE)) {
        setPassword(connection, ROLE, postgres.passwords().server());
      }
      if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", NAME)) {
        execute(connection, "CREATE DATABASE boathouse OWNER boathouse");
      }
    }
  }

  /** Lets the role log in; name and password go as bound values, the server stores a verifier. */
  static void setPassword(Connection connection, String role, String password) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT set_config('boathouse.role', ?, false), set_config('boathouse.word', ?,"
                + " false)")) {
      statement.setString(1, role);
      statement.setString(2, password);
      statement.execute();
    }
    execute(
        connection,
        """
        DO $$ BEGIN
          EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L',
              current_setting('boathouse.role'), current_setting('boathouse.word'));
        END $$
        """);
  }

  static Connection superuser(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(
        postgres.url("postgres"), EmbeddedPostgres.SUPERUSER, postgres.passwords().superuser());
  }

  private static boolean exists(Connection connection, String query, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      return statement.executeQuery().next();
    }
  }

  private static void execute(Connection connection, String command) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }
}
