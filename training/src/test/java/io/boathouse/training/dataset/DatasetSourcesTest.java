package io.boathouse.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.lineage.LineageNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatasetSourcesTest {
  private static List<LineageNode> nodes(String source) {
    return DatasetSources.nodes(
        new DatasetInput(
            "d", "1", "delta_table", source, Optional.empty(), Optional.empty(), List.of()));
  }

  @Test
  void deltaSourcesNameATableAndItsVersion() {
    LineageNode flights = new LineageNode("TABLE", "main.default.flights", Optional.of(3L));
    assertThat(nodes("{\"delta_table_name\":\"main.default.flights\",\"delta_table_version\":3}"))
        .containsExactly(flights);
    assertThat(nodes("{\"table_name\":\"main.default.flights\",\"version\":\"3\"}"))
        .containsExactly(flights);
  }

  @Test
  void ourJobsNameTheirKindAndSeveralInputs() {
    assertThat(
            nodes(
                "{\"kind\":\"TRAINING_SET\",\"name\":\"t\",\"inputs\":[{\"kind\":\"FEATURE_TABLE\","
                    + "\"name\":\"a.b.c\",\"version\":1}]}"))
        .containsExactly(
            new LineageNode("TRAINING_SET", "t", Optional.empty()),
            new LineageNode("FEATURE_TABLE", "a.b.c", Optional.of(1L)));
  }

  @Test
  void otherSourcesNameNothing() {
    assertThat(nodes("s3://bucket/file.parquet")).isEmpty();
    assertThat(nodes("{\"path\":\"x\"}")).isEmpty();
    assertThat(nodes("[1,2]")).isEmpty();
    assertThat(nodes("{\"kind\":\"PREDICTION\",\"name\":\"x\"}")).isEmpty();
  }
}
