package io.boathouse.server;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.platform.PlatformModule;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.http.HttpServer;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.SqlModule;
import io.boathouse.table.TableModule;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole server: makes the rooms in the order of the house, each with what it may use, opens the
 * port last, and closes everything in reverse.
 */
public final class Boathouse implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Boathouse.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<Routes> routes = new ArrayList<>();
  private final PlatformModule platform;
  private final CatalogModule catalog;
  private final TableModule tables;
  private final SqlModule sql;
  private final HttpServer server;

  /**
   * Starts the server in an open data directory, which the caller closes afterwards.
   *
   * @throws IOException if the port is taken
   */
  public Boathouse(DataDirectory directory, ServerConfig config, InstantSource clock)
      throws IOException {
    try {
      platform = opened(new PlatformModule(directory, config.platform(), clock));

      platform.migrate("catalog");
      catalog = opened(new CatalogModule(platform.database(), platform.store(), clock));
      catalog.bootstrap().start();
      routes.addAll(catalog.routes());

      tables = opened(new TableModule(tableGovernance(), platform.store(), platform.duckDb()));
      routes.addAll(tables.routes());

      platform.migrate("sql");
      sql = opened(new SqlModule(config.sql(), sqlPlatform(directory, clock), catalog, tables));
      routes.addAll(sql.routes());

      server = opened(platform.serve(catalog.authenticator(), routes));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private TableModule.Governance tableGovernance() {
    return new TableModule.Governance(
        catalog.relations(), catalog.authorizer(), catalog.auditLog(), catalog.deletions());
  }

  private SqlModule.Platform sqlPlatform(DataDirectory directory, InstantSource clock) {
    return new SqlModule.Platform(
        platform.database(),
        platform.duckDb(),
        directory.tmp().resolve("statements"),
        platform.lanes().virtualThreads(),
        clock);
  }

  /** Where the server answers. */
  public URI uri() {
    return server.uri();
  }

  /** The present administrator token if it is still good, else a new one. */
  public String administratorToken(String present) {
    return catalog.bootstrap().administratorToken(present);
  }

  /** A new administrator token. */
  public String newAdministratorToken() {
    return catalog.bootstrap().newAdministratorToken();
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.error("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }
}
