package io.boathouse.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private static TestDatabase fixture;
  private static Database database;

  @BeforeAll
  static void open() {
    fixture = TestDatabase.create();
    database = fixture.database();
    database.useTransaction(handle -> handle.execute("CREATE TABLE part (name text PRIMARY KEY)"));
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @BeforeEach
  void empty() {
    database.useTransaction(handle -> handle.execute("TRUNCATE part"));
  }

  @Test
  void partsInOneTransactionCommitTogether() {
    database.useTransaction(
        outer -> {
          insert("securable");
          database.useTransaction(inner -> assertThat(inner).isSameAs(outer));
          insert("audit");
          assertThat(count()).as("own writes").isEqualTo(2);
          assertThat(countElsewhere()).as("seen by others").isZero();
        });
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void failureInALaterPartUndoesTheEarlierOnes() {
    assertThatThrownBy(
            () ->
                database.useTransaction(
                    handle -> {
                      insert("securable");
                      throw new IllegalStateException("the second part failed");
                    }))
        .hasMessage("the second part failed");
    assertThat(count()).isZero();
    assertThat(database.inTransaction()).isFalse();
  }

  @Test
  void failureOfAnInnerPartThatIsCaughtStillFailsTheWhole() {
    assertThatThrownBy(
            () ->
                database.useTransaction(
                    handle -> {
                      insert("once");
                      try {
                        insert("once");
                      } catch (RuntimeException e) {
                        assertThat(DatabaseErrors.isUniqueViolation(e)).isTrue();
                      }
                      insert("later");
                    }))
        .isInstanceOf(RuntimeException.class);
    assertThat(count()).isZero();
  }

  @Test
  void workForAfterTheCommitSeesItDoneAndRunsAtOnceOutsideATransaction() {
    List<String> seen = new ArrayList<>();
    database.useTransaction(
        () -> {
          insert("securable");
          database.afterCommit(() -> seen.add("commit " + countElsewhere()));
          database.afterEnd(() -> seen.add("end " + database.inTransaction()));
          assertThat(seen).isEmpty();
        });
    database.afterCommit(() -> seen.add("at once"));
    assertThat(seen).containsExactly("end false", "commit 1", "at once");
  }

  @Test
  void afterARollbackOnlyTheWorkForTheEndRuns() {
    List<String> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                database.useTransaction(
                    () -> {
                      database.afterCommit(() -> seen.add("commit"));
                      database.afterEnd(() -> seen.add("end"));
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    assertThat(seen).containsExactly("end");
  }

  @Test
  void readOutsideATransactionSeesOnlyWhatIsCommitted() {
    assertThat(count()).isZero();
    insert("committed");
    assertThat(count()).isEqualTo(1);
  }

  private static void insert(String name) {
    database.useTransaction(handle -> handle.execute("INSERT INTO part VALUES (?)", name));
  }

  private static int count() {
    return database.read(
        handle -> handle.createQuery("SELECT count(*) FROM part").mapTo(Integer.class).one());
  }

  private static int countElsewhere() {
    return CompletableFuture.supplyAsync(DatabaseTest::count).join();
  }
}
