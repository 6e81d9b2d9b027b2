package io.boathouse.table.maintain;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.maintain.Bins.Bin;
import io.boathouse.table.read.Pruning;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One run of OPTIMIZE: the same rows in fewer or better ordered files, in one commit. */
final class Optimization {
  private static final String TARGET_SIZE = "boathouse.targetFileSize";
  private static final long USUAL_TARGET = 128L << 20;

  private final DuckDb duckDb;
  private final DeltaLog log;
  private final DeltaSnapshot base;
  private final OptimizeOptions options;
  private final List<String> clusterBy;
  private final Clustering clustering;
  private final Optional<Automatic> automatic;

  /** Only bins of so many files, and no more than so many bytes in all. */
  private record Automatic(int leastFiles, long mostBytes) {}

  /** What somebody asked for. */
  Optimization(DuckDb duckDb, DeltaLog log, OptimizeOptions options) {
    this(duckDb, log, options, Optional.empty());
  }

  /** What nobody asked for, a part at a time. */
  static Optimization automatic(DuckDb duckDb, DeltaLog log, int leastFiles, long mostBytes) {
    return new Optimization(
        duckDb, log, OptimizeOptions.ALL, Optional.of(new Automatic(leastFiles, mostBytes)));
  }

  private Optimization(
      DuckDb duckDb, DeltaLog log, OptimizeOptions options, Optional<Automatic> automatic) {
    this.automatic = automatic;
    this.duckDb = duckDb;
    this.log = log;
    this.base = log.latest();
    this.options = options;
    List<String> own = base.facts().clusteringColumns();
    if (!own.isEmpty() && !options.clusterBy().isEmpty()) {
      throw MaintainErrors.isClustered(own);
    }
    this.clustering = new Clustering(base, own, target());
    this.clusterBy =
        options.clusterBy().isEmpty()
            ? own
            : options.clusterBy().stream().map(this::sortable).toList();
    if (clusterBy.size() > SpaceCurve.MOST_COLUMNS) {
      throw MaintainErrors.tooManyColumns(clusterBy.size(), SpaceCurve.MOST_COLUMNS);
    }
  }

  Optimized run() {
    List<DataFile> files = chosen();
    List<Bin> all = bins(files);
    List<Bin> bins = automatic.map(limits -> within(limits, all)).orElse(all);
    if (bins.isEmpty()) {
      return Optimized.NOTHING;
    }
    Rewriting rewriting = new Rewriting(duckDb, log.folder(), base);
    try {
      bins.forEach(bin -> rewriting.write(bin, order(), target()));
      Commit commit =
          log.rearrange(
              base, Rewriting.paths(bins), rewriting.written(), clustering.tags(), note());
      return new Optimized(
          Optional.of(commit.version()),
          bins.stream().mapToLong(bin -> bin.files().size()).sum(),
          rewriting.written().size(),
          bins.stream().mapToLong(Bin::bytes).sum(),
          commit.bytes());
    } catch (LakeException e) {
      if (e.code() != ErrorCode.OUTCOME_UNKNOWN) {
        rewriting.discard(e);
      }
      throw e;
    }
  }

  private List<Bin> bins(List<DataFile> files) {
    if (clustering.isOn()) {
      return Bins.whole(clustering.due(files));
    }
    return options.clusterBy().isEmpty() ? Bins.small(files, target()) : Bins.whole(files);
  }

  private Optional<Rewriting.Order> order() {
    SpaceCurve curve = clustering.isOn() ? SpaceCurve.HILBERT : SpaceCurve.Z;
    return clusterBy.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rewriting.Order(curve, clusterBy));
  }

  private static List<Bin> within(Automatic limits, List<Bin> bins) {
    List<Bin> taken = new ArrayList<>();
    long bytes = 0;
    for (Bin bin : bins) {
      bytes += bin.bytes();
      if (bin.files().size() >= limits.leastFiles() && bytes <= limits.mostBytes()) {
        taken.add(bin);
      }
    }
    return taken;
  }

  private List<DataFile> chosen() {
    if (options.where().isEmpty()) {
      return base.files();
    }
    for (String column : options.where().get().columns()) {
      if (base.partitionColumns().stream().noneMatch(column::equalsIgnoreCase)) {
        throw MaintainErrors.noPartitionColumn(column, base.partitionColumns());
      }
    }
    Pruning pruning = new Pruning(base.schema(), base.partitionColumns(), options.where().get());
    return base.files().stream().filter(pruning::mayMatch).toList();
  }

  private String sortable(String name) {
    Column column =
        base.schema()
            .column(name)
            .orElseThrow(() -> MaintainErrors.notSortable(name, "the table has no such column"));
    if (base.partitionColumns().contains(column.name())) {
      throw MaintainErrors.notSortable(name, "it is a partition column");
    }
    return switch (column.type()) {
      case DataType.ArrayType t -> throw MaintainErrors.notSortable(name, "its type has no order");
      case DataType.MapType t -> throw MaintainErrors.notSortable(name, "its type has no order");
      case DataType.StructType t -> throw MaintainErrors.notSortable(name, "its type has no order");
      default -> column.name();
    };
  }

  /** In bytes. */
  private long target() {
    String text = base.properties().getOrDefault(TARGET_SIZE, "").strip().toLowerCase(Locale.ROOT);
    if (!text.matches("[1-9][0-9]{0,14}(b|kb|mb|gb)?")) {
      return USUAL_TARGET;
    }
    long number = Long.parseLong(text.replaceAll("\\D", ""));
    return switch (text.replaceAll("\\d", "")) {
      case "kb" -> number << 10;
      case "mb" -> number << 20;
      case "gb" -> number << 30;
      default -> number;
    };
  }

  private CommitNote note() {
    List<String> predicate = new ArrayList<>();
    options.where().ifPresent(where -> predicate.add(where.toString()));
    return new CommitNote(
        "OPTIMIZE",
        Map.of(
            "predicate", Json.writeText(predicate),
            "zOrderBy", Json.writeText(options.clusterBy()),
            "clusterBy", Json.writeText(options.clusterBy().isEmpty() ? clusterBy : List.of()),
            "auto", Boolean.toString(automatic.isPresent())),
        Optional.empty());
  }
}
