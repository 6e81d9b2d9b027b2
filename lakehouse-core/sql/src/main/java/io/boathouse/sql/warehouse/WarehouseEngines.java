package io.boathouse.sql.warehouse;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.DuckDbEngine;
import io.boathouse.sql.engine.EngineConfig;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.TableViews.Input;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Hands each statement to the engine of its warehouse, which has a queue, instances and memory of
 * its own. An engine is made for the first statement after its warehouse was made, changed or
 * stopped.
 */
public final class WarehouseEngines implements QueryEngine {
  private static final int QUEUED_PER_RUNNING = 16;

  private final WarehouseService warehouses;
  private final EngineConfig standard;
  private final Function<EngineConfig, DuckDbEngine> making;
  private final Map<String, DuckDbEngine> engines = new ConcurrentHashMap<>();

  /**
   * @param standard of the default warehouse
   */
  public WarehouseEngines(
      WarehouseService warehouses,
      EngineConfig standard,
      Function<EngineConfig, DuckDbEngine> making) {
    this.warehouses = warehouses;
    this.standard = standard;
    this.making = making;
  }

  private DuckDbEngine of(Run run) {
    String id = run.warehouse().isEmpty() ? Warehouse.DEFAULT_ID : run.warehouse();
    return engines.computeIfAbsent(id, key -> making.apply(config(warehouses.kept(key))));
  }

  private EngineConfig config(Warehouse warehouse) {
    if (warehouse.isDefault()) {
      return standard;
    }
    WarehouseDetails details = warehouse.details();
    int running = details.size().statements() * details.clusters();
    return new EngineConfig(
        running,
        Math.max(standard.queue(), running * QUEUED_PER_RUNNING),
        Optional.of(details.limits().memory().orElse(details.size().memory())),
        details.limits().threads());
  }

  /** Lets what runs end, and forgets the engine. */
  void retire(String id) {
    DuckDbEngine old = engines.remove(id);
    if (old != null) {
      old.retire();
    }
  }

  /** How many statements run on a warehouse. */
  int running(String id) {
    DuckDbEngine engine = engines.get(id);
    return engine == null ? 0 : engine.running();
  }

  @Override
  public List<Input> run(Caller caller, CheckedQuery query, Run run, RowSink sink) {
    return of(run).run(caller, query, run, sink);
  }

  @Override
  public <T> T open(Caller caller, CheckedQuery query, Run run, Function<OpenQuery, T> work) {
    return of(run).open(caller, query, run, work);
  }

  @Override
  public <T> T session(Caller caller, Tables tables, Run run, Function<OpenSession, T> work) {
    return of(run).session(caller, tables, run, work);
  }

  @Override
  public void close() {
    engines.values().forEach(DuckDbEngine::close);
  }
}
