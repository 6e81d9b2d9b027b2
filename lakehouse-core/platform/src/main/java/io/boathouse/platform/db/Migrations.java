package io.boathouse.platform.db;

import java.util.Arrays;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings the tables of a module to the form that this version of the server needs. */
public final class Migrations {
  private static final Pattern MODULE = Pattern.compile("[a-z][a-z_]{0,30}");

  private Migrations() {}

  /**
   * Runs what is new in {@code db/migration/<module>} of the class path, each file in its own
   * transaction, in the order of versions. Modules keep histories of their own, so run them in the
   * order of their dependencies.
   */
  public static void run(DataSource dataSource, String module) {
    run(dataSource, module, "latest");
  }

  /** As {@link #run(DataSource, String)} up to a version, which must be there. */
  static void run(DataSource dataSource, String module, String version) {
    if (!MODULE.matcher(module).matches()) {
      throw new IllegalArgumentException("module: " + module + " (expected: a lower-case word)");
    }
    Flyway flyway =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(dataSource)
            .locations("classpath:db/migration/" + module)
            .table(module + "_schema_history")
            .baselineOnMigrate(true) // other modules' tables are there already
            .baselineVersion("0")
            .cleanDisabled(true)
            .failOnMissingLocations(true)
            .target(version)
            .load();
    if (!version.equals("latest")
        && Arrays.stream(flyway.info().all())
            .noneMatch(
                known ->
                    known.getVersion() != null
                        && known.getVersion().getVersion().equals(version))) {
      throw DatabaseErrors.migrationMissing(module, version);
    }
    MigrateResult unused = flyway.migrate();
  }
}
