package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.sql.grammar.Statement.CopyInto;
import io.boathouse.sql.statement.FileLoads.Load;
import io.boathouse.sql.statement.FileLoads.Loaded;
import io.boathouse.sql.statement.TableStatements.Context;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** COPY INTO: each file is a commit of its own, and one that the table has is left out. */
final class CopyStatements {
  private static final String VOLUMES = "/Volumes/";
  private static final Set<String> FORMATS = Set.of("csv", "json", "parquet");
  private static final Map<String, String> OPTIONS =
      Map.of(
          "header", "header",
          "sep", "delimiter",
          "delimiter", "delimiter",
          "quote", "quote",
          "nullvalue", "nullvalue");
  private static final Set<String> OFF = Set.of("inferschema", "mergeschema", "force");

  private final RelationService relations;
  private final FileLoads loads;

  CopyStatements(RelationService relations, FileLoads loads) {
    this.relations = relations;
    this.loads = loads;
  }

  void run(Context context, CopyInto copy) {
    FullName table = context.table(copy.name());
    Relation unused = relations.require(context.caller(), Privilege.MODIFY, table);
    String format = copy.fileFormat().toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(format)) {
      throw StatementErrors.copyOption("FILEFORMAT", copy.fileFormat(), "CSV, JSON or PARQUET");
    }
    requireOff(copy.copy());
    Map<String, String> options = options(copy.format());
    if (!copy.from().startsWith(VOLUMES)) {
      throw StatementErrors.copyOption("FROM", copy.from(), "a path below /Volumes");
    }
    long written = 0;
    long rejected = 0;
    long loaded = 0;
    long skipped = 0;
    for (String file : files(context, copy)) {
      Loaded done = loads.load(context.caller(), new Load(table, file, format, options));
      skipped += done.already() ? 1 : 0;
      loaded += done.already() ? 0 : 1;
      written += done.already() ? 0 : done.written();
      rejected += done.already() ? 0 : done.rejected();
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("num_affected_rows", written);
    counts.put("num_inserted_rows", written);
    counts.put("num_rejected_rows", rejected);
    counts.put("num_loaded_files", loaded);
    counts.put("num_skipped_files", skipped);
    context.answer(counts);
  }

  private List<String> files(Context context, CopyInto copy) {
    String folder = copy.from().endsWith("/") ? copy.from() : copy.from() + "/";
    if (!copy.files().isEmpty()) {
      return copy.files().stream().map(file -> folder + file).toList();
    }
    List<String> all = loads.files(context.caller(), copy.from());
    if (copy.pattern().isEmpty()) {
      return all;
    }
    PathMatcher matcher = matcher(copy.pattern().get());
    return all.stream()
        .filter(file -> file.startsWith(folder))
        .filter(file -> matcher.matches(Path.of(file.substring(folder.length()))))
        .toList();
  }

  private static PathMatcher matcher(String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) {
      throw StatementErrors.copyOption("PATTERN", pattern, "such as '2026-*.csv' or '**/*.json'");
    }
  }

  private static Map<String, String> options(Map<String, String> format) {
    Map<String, String> options = new LinkedHashMap<>();
    format.forEach(
        (name, value) -> {
          if (OPTIONS.containsKey(name)) {
            options.put(OPTIONS.get(name), value);
          } else if (name.equals("inferschema")) {
            return; // the table says the types
          } else {
            requireOff(Map.of(name, value));
          }
        });
    return options;
  }

  private static void requireOff(Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          if (!OFF.contains(name) || !value.equalsIgnoreCase("false")) {
            throw StatementErrors.copyOption(
                name, value, "only header, sep, delimiter, quote and nullValue to be set");
          }
        });
  }
}
