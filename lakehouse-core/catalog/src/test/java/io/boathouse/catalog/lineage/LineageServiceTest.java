package io.boathouse.catalog.lineage;

import static io.boathouse.catalog.securable.SecurableType.REGISTERED_MODEL;
import static io.boathouse.catalog.securable.SecurableType.SERVING_ENDPOINT;
import static io.boathouse.catalog.securable.SecurableType.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.TestCatalog;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.platform.auth.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LineageServiceTest {
  private static final LineageNode FILE = node("FILE", "flights.parquet#sha256:ab");
  private static final LineageNode FLIGHTS_3 = node("TABLE", "main.default.flights", 3);
  private static final LineageNode FLIGHTS_4 = node("TABLE", "main.default.flights", 4);
  private static final LineageNode RUN = node("RUN", "0123456789abcdef");
  private static final LineageNode MODEL_1 = node("MODEL_VERSION", "main.default.delays", 1);

  private TestCatalog catalog;
  private LineageService lineage;

  @BeforeEach
  void open() {
    catalog = new TestCatalog();
    lineage = catalog.module.lineage();
    catalog.create(catalog.admin, TABLE, "main.default.flights");
    catalog.create(catalog.admin, REGISTERED_MODEL, "main.default.delays");
    record(FILE, FLIGHTS_3, "LOAD");
    record(FILE, FLIGHTS_4, "LOAD");
    record(FLIGHTS_3, RUN, "TRAINED_ON");
    record(RUN, MODEL_1, "REGISTERED");
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void upstreamGoesBackToTheFileThroughTheVersionsThatWereUsed() {
    assertThat(upstream(catalog.admin, MODEL_1, 10)).containsExactly(RUN, FLIGHTS_3, FILE);
    assertThat(upstream(catalog.admin, MODEL_1, 2)).containsExactly(RUN, FLIGHTS_3);
    assertThat(lineage.upstream(catalog.admin, MODEL_1, 10).getLast().hops()).isEqualTo(3);
  }

  @Test
  void downstreamGoesForwardAndANodeWithoutVersionMeansAllOfThem() {
    assertThat(downstream(catalog.admin, FILE)).containsExactly(FLIGHTS_3, FLIGHTS_4, RUN, MODEL_1);
    assertThat(downstream(catalog.admin, node("TABLE", "main.default.flights")))
        .containsExactly(RUN, MODEL_1);
    assertThat(downstream(catalog.admin, FLIGHTS_4)).isEmpty();
  }

  @Test
  void whatIsHiddenIsToldWithoutNameVersionDetailsOrWhatIsBehindIt() {
    Caller user = catalog.user("walker");
    catalog.grant(REGISTERED_MODEL, "main.default.delays", "walker", Privilege.EXECUTE);
    lineage.record(
        catalog.admin, FLIGHTS_4, RUN, "TRAINED_ON", Map.of("of", "main.default.flights"));
    List<LineageEdge> hidden =
        lineage.upstream(user, MODEL_1, 10).stream()
            .filter(edge -> edge.from().isHidden())
            .toList();
    assertThat(hidden).isNotEmpty();
    assertThat(hidden.toString()).doesNotContain("flights", "admin", "version=Optional[");
    assertThat(upstream(user, MODEL_1, 10)).doesNotContain(FILE, FLIGHTS_3, FLIGHTS_4);
  }

  @Test
  void versionHoldsTheRowsOfEarlierOnesBackToTheOneThatReplacedThem() {
    LineageNode seven = node("TABLE", "main.default.flights", 7);
    record(seven, node("RUN", "later"), "TRAINED_ON");
    assertThat(upstream(catalog.admin, seven, 1)).containsExactly(FLIGHTS_4, FLIGHTS_3);
    assertThat(upstream(catalog.admin, node("RUN", "later"), 10))
        .containsExactly(seven, FLIGHTS_4, FLIGHTS_3, FILE, FILE);

    assertThat(downstream(catalog.admin, FLIGHTS_4))
        .as("version 7 holds the rows of version 4")
        .containsExactly(seven, node("RUN", "later"));

    LineageNode six = node("TABLE", "main.default.flights", 6);
    assertThat(downstream(catalog.admin, six))
        .as("nothing was recorded of version 6, whose rows version 7 holds")
        .containsExactly(seven, node("RUN", "later"));
    assertThat(upstream(catalog.admin, six, 1)).containsExactly(FLIGHTS_4, FLIGHTS_3);

    LineageNode five = node("TABLE", "main.default.flights", 5);
    LineageNode other = node("FILE", "june.csv#sha256:cd");
    lineage.record(
        catalog.admin, other, five, "INSERT OVERWRITE", Map.of(LineageService.REPLACES, "true"));
    assertThat(upstream(catalog.admin, seven, 10)).containsExactly(five, other);
    assertThat(upstream(catalog.admin, FLIGHTS_4, 10)).containsExactly(FILE, FLIGHTS_3, FILE);
    assertThat(downstream(catalog.admin, FLIGHTS_4)).as("replaced by version 5").isEmpty();
    assertThat(downstream(catalog.admin, other)).contains(five, seven, node("RUN", "later"));
  }

  @Test
  void featureTableIsTheTableOfItsName() {
    LineageNode features = node("FEATURE_TABLE", "main.default.flights", 3);
    record(features, node("TRAINING_SET", "0a"), "FEATURES");
    assertThat(upstream(catalog.admin, node("TRAINING_SET", "0a"), 10))
        .containsExactly(features, FLIGHTS_3, FILE);
  }

  @Test
  void walkSaysWhenALimitEndedIt() {
    assertThat(lineage.origins(catalog.admin, MODEL_1, WalkLimits.WIDEST).complete()).isTrue();
    LineageView near = lineage.origins(catalog.admin, MODEL_1, new WalkLimits(2, 100));
    assertThat(near.edges()).hasSize(2);
    assertThat(near.complete()).isFalse();
    LineageView few = lineage.origins(catalog.admin, MODEL_1, new WalkLimits(50, 1));
    assertThat(few.edges()).hasSize(1);
    assertThat(few.complete()).isFalse();
  }

  @Test
  void edgesThatNoLongerHoldSaySince() {
    catalog.create(catalog.admin, SERVING_ENDPOINT, "delays");
    record(MODEL_1, node("ENDPOINT", "delays", 1), "DEPLOYED");
    record(MODEL_1, node("ENDPOINT", "delays", 2), "DEPLOYED");
    UUID endpoint =
        catalog
            .module
            .securables()
            .get(catalog.admin, SERVING_ENDPOINT, FullName.verbatim("delays"))
            .id();
    lineage.ended(catalog.admin, endpoint, Optional.of(2L));
    List<LineageEdge> edges = lineage.downstream(catalog.admin, MODEL_1, 1);
    assertThat(edges).hasSize(2);
    assertThat(edges.get(0).details()).containsKeys("ended", "ended_by");
    assertThat(edges.get(1).details()).isEmpty();
  }

  @Test
  void renameBreaksNoChain() {
    catalog
        .module
        .securables()
        .update(
            catalog.admin,
            TABLE,
            FullName.parse("main.default.flights"),
            SecurableChange.rename("departures"));
    assertThat(upstream(catalog.admin, MODEL_1, 10))
        .containsExactly(RUN, node("TABLE", "main.default.departures", 3), FILE);
    record(node("TABLE", "main.default.departures", 3), node("RUN", "second"), "TRAINED_ON");
    assertThat(downstream(catalog.admin, node("TABLE", "main.default.departures", 3)))
        .contains(RUN, node("RUN", "second"));
  }

  @Test
  void walkStopsAtWhatTheCallerMayNotKnowOf() {
    Caller user = catalog.user("walker");
    assertThat(upstream(user, MODEL_1, 10)).isEmpty();
    catalog.grant(REGISTERED_MODEL, "main.default.delays", "walker", Privilege.EXECUTE);
    assertThat(upstream(user, MODEL_1, 10)).containsExactly(RUN, LineageNode.hidden("TABLE"));
    catalog.grant(TABLE, "main.default.flights", "walker", Privilege.SELECT);
    assertThat(upstream(user, MODEL_1, 10)).containsExactly(RUN, FLIGHTS_3, FILE);
  }

  @Test
  void whatWasDeletedIsKnownToAdministratorsByItsOldName() {
    Caller user = catalog.user("walker");
    catalog.grant(REGISTERED_MODEL, "main.default.delays", "walker", Privilege.EXECUTE);
    catalog
        .module
        .securables()
        .delete(catalog.admin, TABLE, FullName.parse("main.default.flights"), false);
    assertThat(upstream(catalog.admin, MODEL_1, 10)).containsExactly(RUN, FLIGHTS_3, FILE);
    assertThat(downstream(catalog.admin, FLIGHTS_3)).containsExactly(RUN, MODEL_1);
    assertThat(upstream(user, MODEL_1, 10)).containsExactly(RUN, LineageNode.hidden("TABLE"));
    catalog.create(catalog.admin, TABLE, "main.default.flights");
    assertThat(downstream(catalog.admin, FLIGHTS_3)).as("of the new table").isEmpty();
  }

  @Test
  void recordingTwiceKeepsOneEdgeWithTheLatestDetailsAndACycleEnds() {
    lineage.record(catalog.admin, RUN, MODEL_1, "REGISTERED", Map.of("alias", "champion"));
    List<LineageEdge> edges = lineage.upstream(catalog.admin, MODEL_1, 1);
    assertThat(edges).hasSize(1);
    assertThat(edges.getFirst().details()).containsEntry("alias", "champion");
    assertThat(edges.getFirst().principal()).isEqualTo("admin");
    record(MODEL_1, FILE, "SCORED");
    assertThat(upstream(catalog.admin, MODEL_1, 50)).contains(MODEL_1).hasSize(4);
  }

  private void record(LineageNode from, LineageNode to, String how) {
    lineage.record(catalog.admin, from, to, how, Map.of());
  }

  private List<LineageNode> upstream(Caller caller, LineageNode node, int hops) {
    return lineage.upstream(caller, node, hops).stream().map(LineageEdge::from).toList();
  }

  private List<LineageNode> downstream(Caller caller, LineageNode node) {
    return lineage.downstream(caller, node, 10).stream().map(LineageEdge::to).toList();
  }

  private static LineageNode node(String kind, String name) {
    return new LineageNode(kind, name, Optional.empty());
  }

  private static LineageNode node(String kind, String name, long version) {
    return new LineageNode(kind, name, Optional.of(version));
  }
}
