package io.boathouse.featurestore.publish;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.json.Json;
import io.boathouse.workflow.task.TaskRunner;
import io.boathouse.workflow.task.TaskRunnerContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class PublishTaskTest extends TaskRunnerContract {
  private static final FullName TABLE = TestFeatureStore.name("airports");

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static Caller stranger;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    store.table(
        "airports",
        """
        SELECT * FROM (VALUES
          ('SFO', timestamptz '2001-01-01 08:00:00+00', 20.0::DOUBLE),
          ('SFO', timestamptz '2001-01-01 09:00:00+00', 21.5),
          ('ATL', timestamptz '2001-01-01 10:30:00+00', 7.0)) AS t(code, at_time, heat)
        """);
    var unused =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(
                    TABLE, List.of("code"), "at_time", new KnownAt.Delay(Duration.ZERO), Map.of()));
    stranger = store.user("mallory");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Override
  protected TaskRunner runner() {
    return store.module.publishTask();
  }

  @Override
  protected Caller caller() {
    return store.admin;
  }

  @Override
  protected Caller stranger() {
    return stranger;
  }

  @Override
  protected JsonNode parameters() {
    return Json.mapper().createObjectNode().put("feature_table", TABLE.toString());
  }

  @Override
  protected String effect(JsonNode result) {
    OnlineStatus status = store.module.publishing().status(store.admin, TABLE);
    return "%s rows=%d newest=%s version=%s"
        .formatted(result, status.rows(), status.newestEvent(), status.version());
  }
}
