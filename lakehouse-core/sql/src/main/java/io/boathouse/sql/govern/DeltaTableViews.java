package io.boathouse.sql.govern;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Views over exactly the Parquet files of one version of each Delta table. */
public final class DeltaTableViews implements TableViews {
  private final TableReader reader;

  public DeltaTableViews(TableReader reader) {
    this.reader = reader;
  }

  @Override
  public Resolved resolve(Caller caller, List<ViewedTable> tables) {
    Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    for (ViewedTable table : tables) {
      snapshots.put(table.view(), reader.snapshot(caller, table.name(), at(table.asOf())));
    }
    return new Snapshots(reader, snapshots);
  }

  private static At at(AsOf asOf) {
    return switch (asOf) {
      case AsOf.Latest latest -> At.latest();
      case AsOf.Version version -> At.version(version.number());
      case AsOf.Timestamp timestamp -> At.timestamp(timestamp.time());
    };
  }

  private record Snapshots(TableReader reader, Map<String, Snapshot> snapshots)
      implements Resolved {
    @Override
    public List<Path> readable() {
      Set<Path> paths = new LinkedHashSet<>();
      snapshots.values().forEach(snapshot -> paths.addAll(reader.directories(snapshot)));
      return List.copyOf(paths);
    }

    @Override
    public void bind(DuckSession session) {
      snapshots.forEach((view, snapshot) -> reader.bind(session, view, snapshot));
    }

    @Override
    public LakeException named(LakeException failure, DuckSession session) {
      LakeException named = failure;
      for (Snapshot snapshot : snapshots.values()) {
        named = reader.named(named, session, snapshot);
      }
      return named;
    }

    @Override
    public List<Input> inputs() {
      return snapshots.values().stream()
          .map(snapshot -> new Input(snapshot.name(), OptionalLong.of(snapshot.version())))
          .distinct()
          .toList();
    }
  }
}
