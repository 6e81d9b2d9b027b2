package io.boathouse.catalog.securable;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.db.JavaProcess;
import io.boathouse.platform.db.MetadataDatabase;
import io.boathouse.platform.storage.LocalFileStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrashBetweenPartsTest {
  private static final FullName NAME = FullName.parse("main.default.crashing");

  // Fails when a part commits by itself (a second connection instead of the thread's own).
  @ParameterizedTest
  @ValueSource(strings = {"after-securable", "after-detail", "after-audit"})
  void processKilledBetweenSecurableDetailAndAuditLeavesNoneOfThem(String moment) throws Exception {
    try (var catalog = new TestCatalog()) {
      assertThat(run(catalog, moment)).isEqualTo(137);
      assertThat(catalog.module.securables().find(catalog.admin, SecurableType.TABLE, NAME))
          .isEmpty();
      assertThat(details(catalog)).isZero();
      assertThat(audited(catalog)).isZero();
    }
  }

  @Test
  void sameChangeWithoutTheKillLeavesAllThree() throws Exception {
    try (var catalog = new TestCatalog()) {
      assertThat(run(catalog, "never")).isZero();
      assertThat(catalog.module.securables().find(catalog.admin, SecurableType.TABLE, NAME))
          .isPresent();
      assertThat(details(catalog)).isEqualTo(1);
      assertThat(audited(catalog)).isEqualTo(2);
    }
  }

  @TempDir static Path storage;

  private static int run(TestCatalog catalog, String moment) throws Exception {
    catalog
        .fixture
        .database()
        .useTransaction(
            handle ->
                handle.execute(
                    "CREATE TABLE detail (securable_id uuid REFERENCES catalog_securable)"));
    try (var child =
        JavaProcess.start(
            Child.class,
            catalog.fixture.url(),
            catalog.fixture.user(),
            catalog.fixture.password(),
            moment,
            storage.toString())) {
      return child.awaitEnd();
    }
  }

  private static long details(TestCatalog catalog) {
    return catalog
        .fixture
        .database()
        .read(handle -> handle.createQuery("SELECT count(*) FROM detail").mapTo(Long.class).one());
  }

  private static long audited(TestCatalog catalog) {
    return catalog.module.audit().search(catalog.admin, AuditQuery.newest(100)).items().stream()
        .filter(entry -> entry.securableName().equals(Optional.of(NAME.toString())))
        .count();
  }

  /** Makes one change of three parts and halts at the moment that it is told. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      var config =
          new DatabaseConfig(
              Optional.of(arguments[0]), Optional.of(arguments[1]), Optional.of(arguments[2]), 4);
      String moment = arguments[3];
      try (var metadata = MetadataDatabase.open(Path.of("unused"), config)) {
        var storage = new LocalFileStore(Path.of(arguments[4]));
        var module = new CatalogModule(metadata.database(), storage, InstantSource.system());
        Caller caller = module.systemCallers().system("crash");
        metadata
            .database()
            .useTransaction(
                handle -> {
                  Securable table =
                      module
                          .securables()
                          .create(caller, NewSecurable.of(SecurableType.TABLE, NAME));
                  haltIf(moment.equals("after-securable"));
                  handle.execute("INSERT INTO detail VALUES (?)", table.id());
                  haltIf(moment.equals("after-detail"));
                  module.auditLog().changed(caller, "ADD_DETAIL", table, Map.of("part", "detail"));
                  haltIf(moment.equals("after-audit"));
                });
      }
    }

    private static void haltIf(boolean now) {
      if (now) {
        Runtime.getRuntime().halt(137);
      }
    }
  }
}
