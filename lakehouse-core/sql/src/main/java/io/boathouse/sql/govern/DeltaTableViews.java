package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.table.read.At;
import io.boathouse.table.read.ChangeFeed;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Views over exactly the Parquet files of one version, or of the changes, of each Delta table. */
public final class DeltaTableViews implements TableViews {
  private final TableReader reader;

  public DeltaTableViews(TableReader reader) {
    this.reader = reader;
  }

  @Override
  public Resolved resolve(Caller caller, List<ViewedTable> tables) {
    Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    Map<String, ChangeFeed> feeds = new LinkedHashMap<>();
    for (ViewedTable table : tables) {
      if (table.asOf() instanceof AsOf.Changes(AsOf from, AsOf to)) {
        feeds.put(table.view(), reader.changes(caller, table.name(), at(from), at(to)));
      } else {
        snapshots.put(table.view(), reader.snapshot(caller, table.name(), at(table.asOf())));
      }
    }
    return new Read(reader, snapshots, feeds);
  }

  private static At at(AsOf asOf) {
    return switch (asOf) {
      case AsOf.Latest latest -> At.latest();
      case AsOf.Version version -> At.version(version.number());
      case AsOf.Timestamp timestamp -> At.timestamp(timestamp.time());
      case AsOf.Changes changes -> throw new IllegalArgumentException(changes.toString());
    };
  }

  private record Read(
      TableReader reader, Map<String, Snapshot> snapshots, Map<String, ChangeFeed> feeds)
      implements Resolved {
    @Override
    public List<Path> readable() {
      Set<Path> paths = new LinkedHashSet<>();
      snapshots.values().forEach(snapshot -> paths.addAll(reader.directories(snapshot)));
      feeds.values().forEach(feed -> paths.addAll(reader.directories(feed)));
      return List.copyOf(paths);
    }

    @Override
    public void bind(DuckSession session) {
      snapshots.forEach((view, snapshot) -> reader.bind(session, view, snapshot));
      feeds.forEach((view, feed) -> reader.bind(session, view, feed));
    }

    @Override
    public LakeException named(LakeException failure, DuckSession session) {
      LakeException named = failure;
      for (Snapshot snapshot : snapshots.values()) {
        named = reader.named(named, session, snapshot);
      }
      for (ChangeFeed feed : feeds.values()) {
        named = reader.named(named, session, feed);
      }
      return named;
    }

    @Override
    public List<Input> inputs() {
      return Stream.concat(
              snapshots.values().stream().map(one -> input(one.name(), one.version())),
              feeds.values().stream().map(one -> input(one.name(), one.to())))
          .distinct()
          .toList();
    }

    private static Input input(FullName name, long version) {
      return new Input(name, OptionalLong.of(version));
    }
  }
}
