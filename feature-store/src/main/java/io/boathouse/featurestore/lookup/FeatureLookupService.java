package io.boathouse.featurestore.lookup;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.lookup.LookupPlan.Cell;
import io.boathouse.featurestore.lookup.LookupPlan.Step;
import io.boathouse.featurestore.online.OnlineLifetimes;
import io.boathouse.featurestore.online.OnlineStore;
import io.boathouse.featurestore.online.OnlineTable;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.FeatureSpec;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.featurestore.spec.InputColumn;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.spec.OutputColumn.Source;
import io.boathouse.featurestore.spec.SpecFunctions;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.platform.auth.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plans lookups with somebody's rights; the plans then run without asking. Thread-safe; planning
 * blocks on the metadata database and may read a table's online log.
 */
public final class FeatureLookupService {
  private final Authorizer authorizer;
  private final PolicyService policies;
  private final FeatureSpecService specs;
  private final FeatureTableService tables;
  private final Store store;

  /**
   * Where plans look.
   *
   * @param lifetimes after how long rows are no longer served
   * @param deadline how long the lookups of one request may take together
   */
  public record Store(OnlineStore online, OnlineLifetimes lifetimes, Duration deadline) {}

  public FeatureLookupService(
      Authorizer authorizer,
      PolicyService policies,
      FeatureSpecService specs,
      FeatureTableService tables,
      Store store) {
    this.authorizer = authorizer;
    this.policies = policies;
    this.specs = specs;
    this.tables = tables;
    this.store = store;
  }

  /**
   * Plans the lookups of a spec with the rights of its reader: SELECT on every feature table.
   *
   * @param owner on whose behalf features will be read
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, or PERMISSION_DENIED naming the
   *     table
   */
  public LookupPlan plan(Caller owner, FullName spec, int version) {
    return plan(owner, specs.get(owner, spec, version));
  }

  private LookupPlan plan(Caller owner, FeatureSpec spec) {
    List<List<Integer>> features = new ArrayList<>();
    List<FeatureTable> sources = new ArrayList<>();
    for (FeatureLookup lookup : spec.definition().lookups()) {
      sources.add(readable(owner, lookup.table()));
      features.add(new ArrayList<>());
    }
    SpecFunctions functions = SpecFunctions.of(spec);
    Cell[] cells = new Cell[spec.columns().size()];
    for (int i = 0; i < functions.count(); i++) {
      cells[functions.column(i)] = new Cell(LookupPlan.COMPUTED, i, null);
    }
    for (int i = 0; i < cells.length; i++) {
      OutputColumn output = spec.columns().get(i);
      cells[i] =
          switch (output.source()) {
            case Source.Request request -> new Cell(-1, input(spec.inputs(), output.name()), null);
            case Source.Computed computed -> cells[i];
            case Source.Looked looked -> {
              List<Integer> wanted = features.get(looked.lookup());
              wanted.add(sources.get(looked.lookup()).online().featureIndex(looked.feature()));
              yield new Cell(
                  looked.lookup(), wanted.size() - 1, looked.defaultValue().orElse(null));
            }
          };
    }
    Step[] steps = new Step[sources.size()];
    for (int i = 0; i < steps.length; i++) {
      FeatureLookup lookup = spec.definition().lookups().get(i);
      steps[i] =
          new Step(
              sources.get(i).online(),
              lookup.lookupKeys().stream().mapToInt(key -> input(spec.inputs(), key)).toArray(),
              features.get(i).stream().mapToInt(Integer::intValue).toArray(),
              lookup.tolerance().map(tolerance -> tolerance.toNanos() / 1000).orElse(-1L));
    }
    int timestamp =
        spec.definition().timestampKey().map(key -> input(spec.inputs(), key)).orElse(-1);
    return new LookupPlan(
        store,
        new LookupPlan.Columns(
            spec.inputs(), spec.outputs(), cells, timestamp, Optional.of(functions)),
        steps);
  }

  /** Plans the lookups of a spec's newest version, as above. */
  public LookupPlan plan(Caller owner, FullName spec) {
    return plan(owner, specs.latest(owner, spec));
  }

  /**
   * Plans the lookup of one table by its own keys; the outputs are its features.
   *
   * @param features names of features; empty for all
   */
  public LookupPlan plan(Caller caller, FullName name, List<String> features) {
    return plan(caller, List.of(new Wanted(name, features)));
  }

  /**
   * A table to look up by its own keys.
   *
   * @param features names of features; empty for all
   */
  public record Wanted(FullName table, List<String> features) {
    public Wanted {
      features = List.copyOf(features);
    }
  }

  /**
   * Plans lookups of tables by their own keys; those of one name are one input. The outputs are the
   * features, table by table, and two of them may have one name.
   */
  public LookupPlan plan(Caller caller, List<Wanted> wanted) {
    List<OutputColumn> outputs = new ArrayList<>();
    List<InputColumn> inputs = new ArrayList<>();
    List<Cell> cells = new ArrayList<>();
    Step[] steps = new Step[wanted.size()];
    for (int lookup = 0; lookup < steps.length; lookup++) {
      FeatureTable table = readable(caller, wanted.get(lookup).table());
      OnlineTable shape = table.online();
      List<Integer> positions = new ArrayList<>();
      for (FeatureColumn feature : wanted(table, wanted.get(lookup).features())) {
        outputs.add(
            new OutputColumn(
                feature.name(),
                feature.type(),
                new Source.Looked(lookup, feature.name(), Optional.empty())));
        cells.add(new Cell(lookup, positions.size(), null));
        positions.add(shape.featureIndex(feature.name()));
      }
      int[] keys = new int[table.keys().size()];
      for (int i = 0; i < keys.length; i++) {
        FeatureColumn key = table.keys().get(i);
        if (input(inputs, key.name()) < 0) {
          inputs.add(new InputColumn(key.name(), key.type()));
        }
        keys[i] = input(inputs, key.name());
      }
      steps[lookup] =
          new Step(shape, keys, positions.stream().mapToInt(Integer::intValue).toArray(), -1);
    }
    return new LookupPlan(
        store,
        new LookupPlan.Columns(inputs, outputs, cells.toArray(Cell[]::new), -1, Optional.empty()),
        steps);
  }

  private static List<FeatureColumn> wanted(FeatureTable table, List<String> names) {
    if (names.isEmpty()) {
      return table.features();
    }
    List<String> all = table.features().stream().map(FeatureColumn::name).toList();
    return names.stream()
        .map(name -> table.feature(name).orElseThrow(() -> LookupErrors.unknownFeature(name, all)))
        .toList();
  }

  private FeatureTable readable(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    authorizer.require(caller, Privilege.SELECT, table.securable());
    policies.requireNone(caller, table.securable(), "a lookup of features");
    boolean unused = store.online().warm(table.online());
    return table;
  }

  private static int input(List<InputColumn> inputs, String name) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }
}
