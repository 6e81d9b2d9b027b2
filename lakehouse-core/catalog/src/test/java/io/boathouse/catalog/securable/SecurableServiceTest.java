package io.boathouse.catalog.securable;

import static io.boathouse.catalog.securable.SecurableType.CATALOG;
import static io.boathouse.catalog.securable.SecurableType.EXPERIMENT;
import static io.boathouse.catalog.securable.SecurableType.METASTORE;
import static io.boathouse.catalog.securable.SecurableType.SCHEMA;
import static io.boathouse.catalog.securable.SecurableType.TABLE;
import static io.boathouse.catalog.securable.SecurableType.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SecurableServiceTest {
  private static TestCatalog catalog;
  private static SecurableService securables;
  private static Caller admin;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
    securables = catalog.module.securables();
    admin = catalog.admin;
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Test
  void firstStartMakesTheSchemaMainDefaultOwnedByTheAdministrators() {
    Securable schema = securables.get(admin, SCHEMA, FullName.of("main", "default"));
    assertThat(schema.owner()).isEqualTo("admins");
    assertThat(schema.ancestors()).hasSize(2).startsWith(schema.parentId().orElseThrow());
  }

  @Test
  void createdThingHasItsCreatorsNameAsOwnerAndIsFoundByNameAndId() {
    var wanted =
        new NewSecurable(
            TABLE,
            FullName.parse("Main.Default.Flights"),
            Optional.of("three million rows"),
            Map.of("quality", "gold"));
    Securable created = securables.create(admin, wanted);
    assertThat(created.owner()).isEqualTo("admin");
    assertThat(created.name()).hasToString("main.default.flights");
    assertThat(securables.get(admin, TABLE, created.name())).isEqualTo(created);
    assertThat(securables.byId(admin, created.id())).isEqualTo(created);
  }

  @Test
  void absentContainerIsNamed() {
    var failure =
        catchThrowableOfType(
            LakeException.class, () -> catalog.create(admin, TABLE, "main.absent.t"));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failure.details()).containsEntry("name", "main.absent");
  }

  @Test
  void sameNameInAnotherTypeOrSchemaIsAnotherThing() {
    catalog.create(admin, TABLE, "main.default.twin");
    catalog.create(admin, VOLUME, "main.default.twin");
    catalog.create(admin, SCHEMA, "main.other");
    catalog.create(admin, TABLE, "main.other.twin");
    assertThatThrownBy(() -> catalog.create(admin, TABLE, "MAIN.Default.TWIN"))
        .isInstanceOfSatisfying(
            LakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
  }

  // Fails without the unique index over (parent_id, type, name): several creates succeed.
  @Test
  void case74_ofFiftyCreatesOfOneNameExactlyOneSucceeds() throws Exception {
    List<Callable<String>> attempts =
        Collections.nCopies(
            50,
            () -> {
              try {
                return catalog.create(admin, TABLE, "main.default.contested").id().toString();
              } catch (LakeException e) {
                return e.code().name();
              }
            });
    List<String> outcomes = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> outcome : threads.invokeAll(attempts)) {
        outcomes.add(outcome.get());
      }
    }
    assertThat(Collections.frequency(outcomes, "ALREADY_EXISTS")).isEqualTo(49);
    String winner =
        securables.get(admin, TABLE, FullName.parse("main.default.contested")).id().toString();
    assertThat(outcomes).contains(winner);
  }

  @Test
  void renamingACatalogRenamesEverythingBelowAndKeepsTheIds() {
    catalog.create(admin, CATALOG, "spring");
    catalog.create(admin, CATALOG, "spring_2");
    catalog.create(admin, SCHEMA, "spring.s");
    catalog.create(admin, SCHEMA, "spring_2.s");
    Securable table = catalog.create(admin, TABLE, "spring.s.t");
    securables.update(admin, CATALOG, FullName.of("spring"), SecurableChange.rename("Summer"));
    assertThat(securables.byId(admin, table.id()).name()).hasToString("summer.s.t");
    assertThat(securables.find(admin, TABLE, table.name())).isEmpty();
    assertThat(securables.find(admin, SCHEMA, FullName.of("spring_2", "s"))).isPresent();
    assertThatThrownBy(
            () ->
                securables.update(
                    admin, CATALOG, FullName.of("summer"), SecurableChange.rename("main")))
        .hasMessageContaining("already exists");
  }

  // Fails without the FOR SHARE lock on the containers: the table lands in the renamed schema
  // under its old name.
  @Test
  void case22_containerRenamedWhileATableIsCreatedInItIsNotFoundOrKeepsTheTable() throws Exception {
    catalog.create(admin, SCHEMA, "main.moving");
    CountDownLatch renamed = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> renaming =
          threads.submit(
              () ->
                  catalog
                      .fixture
                      .database()
                      .useTransaction(
                          () -> {
                            securables.update(
                                admin,
                                SCHEMA,
                                FullName.of("main", "moving"),
                                SecurableChange.rename("moved"));
                            renamed.countDown();
                            await(commit);
                          }));
      await(renamed);
      Future<String> creating =
          threads.submit(
              () -> {
                try {
                  return catalog.create(admin, TABLE, "main.moving.t").name().toString();
                } catch (LakeException e) {
                  return e.reason();
                }
              });
      commit.countDown();
      renaming.get();
      assertThat(creating.get()).isEqualTo("SCHEMA_NOT_FOUND");
    }
    assertThat(
            securables
                .list(admin, TABLE, FullName.of("main", "moved"), PageRequest.first(10))
                .items())
        .isEmpty();
  }

  // Fails when the check goes by name and the change by name again: bob's table is dropped.
  @Test
  void case22_thingSwappedBetweenCheckAndUseIsTheOneThatWasChecked() {
    Caller bob = catalog.user("bob.swap");
    catalog.grant(CATALOG, "main", "bob.swap", Privilege.USE_CATALOG);
    catalog.grant(SCHEMA, "main.default", "bob.swap", Privilege.USE_SCHEMA, Privilege.CREATE_TABLE);
    FullName name = FullName.parse("main.default.swapped");
    Securable mine = catalog.create(bob, TABLE, name.toString());
    Securable checked = catalog.module.authorizer().require(bob, Privilege.SELECT, TABLE, name);
    securables.update(admin, TABLE, name, SecurableChange.rename("mine_before"));
    Securable other = catalog.create(admin, TABLE, name.toString());
    assertThat(checked.id()).isEqualTo(mine.id()).isNotEqualTo(other.id());
    assertThatThrownBy(() -> securables.delete(bob, TABLE, name, true))
        .hasMessageContaining("does not exist, or you may not see it");
    assertThat(securables.byId(admin, other.id()).name()).isEqualTo(name);
  }

  @Test
  void fullContainerIsDeletedOnlyByForceAndListenersHearAboutEachThingAfterTheCommit() {
    List<String> heard = new ArrayList<>();
    catalog
        .module
        .deletions()
        .onDelete(
            TABLE,
            table -> heard.add(table.name() + " " + catalog.fixture.database().inTransaction()));
    catalog.create(admin, CATALOG, "full");
    catalog.create(admin, SCHEMA, "full.s");
    catalog.create(admin, TABLE, "full.s.a");
    catalog.create(admin, TABLE, "full.s.b");
    assertThatThrownBy(() -> securables.delete(admin, CATALOG, FullName.of("full"), false))
        .hasMessageContaining("holds 3 objects");
    assertThat(heard).isEmpty();
    securables.delete(admin, CATALOG, FullName.of("full"), true);
    assertThat(heard).containsExactlyInAnyOrder("full.s.a false", "full.s.b false");
    assertThat(securables.find(admin, TABLE, FullName.parse("full.s.a"))).isEmpty();
  }

  @Test
  void failureInALaterPartLeavesNoNameBehindAndTellsNoListener() {
    List<String> heard = new ArrayList<>();
    catalog.module.deletions().onDelete(VOLUME, volume -> heard.add(volume.name().toString()));
    catalog.create(admin, VOLUME, "main.default.stays");
    assertThatThrownBy(
            () ->
                catalog
                    .fixture
                    .database()
                    .useTransaction(
                        () -> {
                          catalog.create(admin, TABLE, "main.default.half");
                          securables.delete(
                              admin, VOLUME, FullName.parse("main.default.stays"), false);
                          throw new IllegalStateException("the detail row failed");
                        }))
        .hasMessage("the detail row failed");
    assertThat(securables.find(admin, TABLE, FullName.parse("main.default.half"))).isEmpty();
    assertThat(securables.find(admin, VOLUME, FullName.parse("main.default.stays"))).isPresent();
    assertThat(heard).isEmpty();
  }

  @Test
  void listingIsPagedByNameWithoutGapsOrRepetition() {
    catalog.create(admin, SCHEMA, "main.paged");
    for (int i = 0; i < 25; i++) {
      catalog.create(admin, TABLE, "main.paged.t%02d".formatted(i));
    }
    List<String> seen = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      Page<Securable> page =
          securables.list(admin, TABLE, FullName.of("main", "paged"), new PageRequest(7, token));
      page.items().forEach(table -> seen.add(table.name().name()));
      token = page.nextPageToken();
    } while (token.isPresent());
    assertThat(seen).hasSize(25).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void changeSaysWhatItDidAndUnknownOwnerIsNamed() {
    FullName name = FullName.parse("main.default.changing");
    catalog.create(admin, TABLE, name.toString());
    securables.update(admin, TABLE, name, SecurableChange.comment("good"));
    securables.update(admin, TABLE, name, SecurableChange.properties(Map.of("a", "1")));
    Securable owned = securables.update(admin, TABLE, name, SecurableChange.owner("ADMINS"));
    assertThat(owned.owner()).isEqualTo("admins");
    assertThat(owned.comment()).contains("good");
    assertThat(owned.properties()).containsEntry("a", "1");
    Securable bare = securables.update(admin, TABLE, name, SecurableChange.comment(""));
    assertThat(bare.comment()).isEmpty();
    assertThatThrownBy(() -> securables.update(admin, TABLE, name, SecurableChange.owner("ghost")))
        .hasMessageContaining("'ghost'");
  }

  @Test
  void metastoreStays() {
    assertThatThrownBy(() -> securables.delete(admin, METASTORE, FullName.metastore(), true))
        .hasMessageContaining("neither renamed nor deleted");
    assertThatThrownBy(
            () ->
                securables.update(
                    admin, METASTORE, FullName.metastore(), SecurableChange.rename("x")))
        .hasMessageContaining("neither renamed nor deleted");
  }

  // Fails when a name is glued into SQL text: the statement breaks or the table is gone.
  @Test
  void case32_namesWithQuotesAndCommentsAreJustNames() {
    for (String odd : List.of("a'b", "a\"b", "x';--", "drop_table)", "$1", ":name", "%", "ŧäß")) {
      Securable created = catalog.create(admin, TABLE, "main.default." + odd);
      assertThat(securables.get(admin, TABLE, created.name()).name().name()).isEqualTo(odd);
      securables.delete(admin, TABLE, created.name(), false);
    }
    assertThat(securables.find(admin, CATALOG, FullName.of("main"))).isPresent();
  }

  // Fails without FullName.checkCharacter and the composition to NFC: twins that look alike.
  @Test
  void case05_badPartsAreRefusedAndTwinsAreOneName() {
    for (String bad :
        List.of("", "a b", "a\u0000b", "a\nb", "a/b", "a\\b", "a`b", "a\u200bb", "a\u202eb")) {
      assertThatThrownBy(() -> FullName.of("main", "default", bad))
          .isInstanceOf(LakeException.class);
    }
    assertThatThrownBy(() -> FullName.of("x".repeat(4096))).hasMessageContaining("longer than 255");
    assertThat(FullName.of("cafe\u0301")).isEqualTo(FullName.of("CAF\u00c9"));
    assertThat(FullName.of("..".replace('.', '_'))).hasToString("__");
    assertThatThrownBy(() -> FullName.parse("a..b")).isInstanceOf(LakeException.class);
    assertThatThrownBy(() -> FullName.parse(TABLE, "a.b")).isInstanceOf(LakeException.class);
  }

  @Test
  void experimentKeepsItsSpelling() {
    Securable experiment = catalog.create(admin, EXPERIMENT, "/Users/Ann/My study.v2");
    assertThat(securables.get(admin, EXPERIMENT, experiment.name()).name().toString())
        .isEqualTo("/Users/Ann/My study.v2");
    Securable renamed =
        securables.update(admin, EXPERIMENT, experiment.name(), SecurableChange.rename("Study v3"));
    assertThat(renamed.name()).hasToString("Study v3");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
