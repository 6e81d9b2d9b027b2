package io.boathouse.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.RequestColumn;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.registry.model.Tag;
import io.boathouse.serving.runtime.OnnxModels;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An endpoint {@code late} whose model has a feature spec and whose predictions are kept: it asks
 * for {@code origin} and {@code distance} and finds {@code late_share} and {@code flights}.
 */
public final class LateEndpoint {
  private static final FullName TABLE = FullName.of("main", "default", "airports");
  private static final FullName SPEC = FullName.of("main", "default", "departures");
  private static final String SIGNATURE =
      """
      [{"type":"double","name":"late_share","required":false},\
      {"type":"double","name":"distance","required":false},\
      {"type":"double","name":"flights","required":false}]\
      """;
  private static final String CAPTURE =
      """
      ,"auto_capture_config": {"catalog_name": "main", "schema_name": "default",
        "table_name_prefix": "late", "policy": "required"}\
      """;

  private LateEndpoint() {}

  /** Makes the feature table, the spec and the model, and deploys it. @return the endpoint */
  public static JsonNode deploy(TestServing serving) {
    TableSchema schema =
        TableSchema.of(
            Column.of("origin", DataType.parse("string")).notNull(),
            Column.of("landing", DataType.parse("timestamp")).notNull(),
            Column.of("late_share", DataType.parse("double")),
            Column.of("flights", DataType.parse("bigint")));
    Instant landing = Instant.parse("2001-06-30T10:00:00Z");
    Object unused =
        serving
            .tables
            .tables()
            .createAs(
                serving.admin,
                NewTable.of(TABLE, schema),
                new Rows.Values(
                    schema,
                    List.of(
                        List.of("ATL", landing, 0.1, 7L),
                        Arrays.asList("ORD", landing, null, 3L))));
    unused =
        serving
            .features
            .featureTables()
            .register(
                serving.admin,
                new NewFeatureTable(
                    TABLE, List.of("origin"), "landing", KnownAt.event(), Map.of()));
    unused = serving.features.publishing().publish(serving.admin, TABLE, Optional.empty());
    unused =
        serving
            .features
            .specs()
            .create(
                serving.admin,
                SPEC,
                new SpecDefinition(
                    List.of(new RequestColumn("distance", ValueType.DOUBLE)),
                    List.of(FeatureLookup.all(TABLE, List.of("origin"), "")),
                    Optional.empty(),
                    List.of()),
                Optional.empty());
    var version =
        serving.register(
            "late",
            TestServing.onnx(OnnxModels.linear(0, 1, 0.5f, 100), SIGNATURE),
            new Tag("boathouse.feature_spec", SPEC + "/1"));
    return serving.deploy("late", "late", version.number(), CAPTURE);
  }
}
