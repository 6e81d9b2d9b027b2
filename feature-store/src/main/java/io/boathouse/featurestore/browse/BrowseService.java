package io.boathouse.featurestore.browse;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.LineageEdge;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.lineage.LineageView;
import io.boathouse.catalog.lineage.WalkLimits;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.Tag;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.catalog.tag.TaggedEntity;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.FeatureTableService.Search;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.featurestore.table.GovernedReads.Versioned;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds features and tells what their values are like. Everything is narrowed to what the caller
 * may see, and rows and statistics are those that the table's policies leave to the caller.
 * Thread-safe; every method blocks.
 */
public final class BrowseService {
  private static final WalkLimits WALK = new WalkLimits(12, 500);
  private static final int MAX_TAGS = 100;

  private final Authorizer authorizer;
  private final Database database;
  private final AuditLog audit;
  private final FeatureTableService tables;
  private final GovernedReads reads;
  private final LineageService lineage;
  private final TagService tags;
  private final FeatureNoteRepository notes = new FeatureNoteRepository();

  /** What the service works with. */
  public record Parts(
      Authorizer authorizer,
      Database database,
      AuditLog audit,
      FeatureTableService tables,
      GovernedReads reads,
      LineageService lineage,
      TagService tags) {}

  public BrowseService(Parts parts) {
    this.authorizer = parts.authorizer();
    this.database = parts.database();
    this.audit = parts.audit();
    this.tables = parts.tables();
    this.reads = parts.reads();
    this.lineage = parts.lineage();
    this.tags = parts.tags();
  }

  /**
   * Features by what they are, table by table. A page is of tables, so it can have any number of
   * features, and none while there is a next one.
   */
  public Page<FoundFeature> search(Caller caller, FeatureSearch search, PageRequest page) {
    Page<FeatureTable> found =
        tables.list(caller, new Search(search.within(), search.text()), page);
    List<FoundFeature> features = new ArrayList<>();
    for (FeatureTable table : found.items()) {
      if (matches(caller, search, table)) {
        features.addAll(features(caller, search, table));
      }
    }
    return new Page<>(features, found.nextPageToken());
  }

  private boolean matches(Caller caller, FeatureSearch search, FeatureTable table) {
    return search.owner().stream().allMatch(table.securable().owner()::equals)
        && search.entity().stream()
            .allMatch(
                entity ->
                    table.keys().stream().anyMatch(key -> key.name().equalsIgnoreCase(entity)))
        && search.model().stream()
            .allMatch(
                model ->
                    use(caller, table).models().stream()
                        .anyMatch(one -> one.equals(model) || one.startsWith(model + "/")));
  }

  private List<FoundFeature> features(Caller caller, FeatureSearch search, FeatureTable table) {
    boolean tableTagged =
        search.tag().isEmpty()
            || has(tags(caller, TaggedEntity.of(SecurableType.TABLE, table.name())), search);
    boolean tableNamed =
        search
            .text()
            .map(
                text -> contains(table.name() + " " + table.securable().comment().orElse(""), text))
            .orElse(true);
    Map<String, FeatureNote> said = notes(table);
    List<FoundFeature> features = new ArrayList<>();
    for (FeatureColumn column : table.features()) {
      boolean named =
          tableNamed
              || contains(
                  column.name() + " " + column.comment().orElse(""), search.text().orElse(""));
      Map<String, String> own = tags(caller, TaggedEntity.column(table.name(), column.name()));
      if (named && (tableTagged || has(own, search))) {
        features.add(new FoundFeature(table, column, note(said, column), own));
      }
    }
    return features;
  }

  /** Where the table comes from and what was made with it. */
  public FeatureUse use(Caller caller, FullName name) {
    return use(caller, tables.get(caller, name));
  }

  private FeatureUse use(Caller caller, FeatureTable table) {
    Set<String> sources = new LinkedHashSet<>();
    Set<String> specs = new LinkedHashSet<>();
    Set<String> models = new LinkedHashSet<>();
    Set<String> endpoints = new LinkedHashSet<>();
    boolean complete = true;
    for (String kind : List.of("FEATURE_TABLE", "TABLE")) {
      LineageNode node = new LineageNode(kind, table.name().toString(), Optional.empty());
      LineageView origins = lineage.origins(caller, node, WALK);
      LineageView effects = lineage.effects(caller, node, WALK);
      complete &= origins.complete() && effects.complete();
      nodes(origins)
          .filter(one -> one.kind().equals("TABLE") || one.kind().equals("FILE"))
          .map(LineageNode::label)
          .filter(label -> !label.equals(table.name().toString()))
          .forEach(sources::add);
      nodes(effects)
          .forEach(
              one -> {
                switch (one.kind()) {
                  case "FEATURE_SPEC" -> specs.add(versioned(one));
                  case "MODEL_VERSION" -> models.add(versioned(one));
                  case "ENDPOINT" -> endpoints.add(one.name());
                  default -> {} // what lies between
                }
              });
    }
    return new FeatureUse(
        List.copyOf(sources),
        List.copyOf(specs),
        List.copyOf(models),
        List.copyOf(endpoints),
        complete);
  }

  /** The tags of a feature's column. */
  public Map<String, String> tags(Caller caller, FullName name, String feature) {
    FeatureTable table = tables.get(caller, name);
    return tags(caller, TaggedEntity.column(name, feature(table, feature).name()));
  }

  /** The column whose tags are a feature's. */
  public TaggedEntity column(Caller caller, FullName name, String feature) {
    FeatureTable table = tables.get(caller, name);
    return TaggedEntity.column(table.name(), feature(table, feature).name());
  }

  /** What is said of the features of a table, by name. */
  public Map<String, FeatureNote> notes(Caller caller, FullName name) {
    return notes(tables.get(caller, name));
  }

  /** What is said of a feature. */
  public FeatureNote note(Caller caller, FullName name, String feature) {
    FeatureTable table = tables.get(caller, name);
    return note(notes(table), feature(table, feature));
  }

  /** Says it anew; needs MODIFY on the table. */
  public void describe(Caller caller, FullName name, String feature, FeatureNote note) {
    FeatureTable table = tables.get(caller, name);
    authorizer.require(caller, Privilege.MODIFY, table.securable());
    FeatureColumn column = feature(table, feature);
    if (note.hasRange() && column.type() == ValueType.STRING) {
      throw BrowseErrors.invalid("expected_range", column.name(), "a feature that is no text");
    }
    database.useTransaction(
        handle -> {
          notes.upsert(handle, table.id(), column.name(), note);
          audit.changed(
              caller, "DESCRIBE_FEATURE", table.securable(), Map.of("feature", column.name()));
        });
  }

  private Map<String, FeatureNote> notes(FeatureTable table) {
    return database.read(handle -> notes.find(handle, table.id()));
  }

  private static FeatureNote note(Map<String, FeatureNote> notes, FeatureColumn column) {
    return notes.getOrDefault(column.name(), FeatureNote.NONE);
  }

  /**
   * What the values of a feature look like; needs SELECT.
   *
   * @param version of the table; empty for the newest
   */
  public FeatureProfile profile(
      Caller caller, FullName name, String feature, Optional<Long> version) {
    FeatureTable table = tables.get(caller, name);
    FeatureColumn column = feature(table, feature);
    FeatureNote note = note(notes(table), column);
    return reads.tables(
        caller,
        List.of(new Versioned(name, version)),
        open ->
            new ProfileSql(open.session(), table, column, GovernedReads.view(0))
                .profile(open.inputs().getFirst().version().orElse(0), note));
  }

  /** The profiles of all features of a table in one reading; needs SELECT. */
  public Map<String, FeatureProfile> profiles(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    Map<String, FeatureNote> said = notes(table);
    return reads.tables(
        caller,
        List.of(Versioned.latest(name)),
        open -> {
          long version = open.inputs().getFirst().version().orElse(0);
          Map<String, FeatureProfile> profiles = new LinkedHashMap<>();
          for (FeatureColumn column : table.features()) {
            profiles.put(
                column.name(),
                new ProfileSql(open.session(), table, column, GovernedReads.view(0))
                    .profile(version, note(said, column)));
          }
          return profiles;
        });
  }

  /** How a feature's values differ between two versions of its table; needs SELECT. */
  public FeatureDrift drift(Caller caller, FullName name, String feature, Versions versions) {
    FeatureTable table = tables.get(caller, name);
    FeatureColumn column = feature(table, feature);
    return reads.tables(
        caller,
        List.of(
            new Versioned(name, Optional.of(versions.from())),
            new Versioned(name, Optional.of(versions.to()))),
        open ->
            FeatureDrift.of(
                versions.from(),
                versions.to(),
                new DriftSql(open.session(), table, column).bins()));
  }

  /** Two versions of a table. */
  public record Versions(long from, long to) {}

  /** Some rows, as the table's policies leave them to the caller; needs SELECT. */
  public Sample sample(Caller caller, FullName name, int limit) {
    FeatureTable unused = tables.get(caller, name);
    return reads.tables(
        caller, List.of(Versioned.latest(name)), open -> SampleSql.read(open.session(), limit));
  }

  /**
   * @param rows in the order of columns; numbers and flags as they are, all else as text
   */
  public record Sample(List<String> columns, List<List<@Nullable Object>> rows) {
    public Sample {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  private Map<String, String> tags(Caller caller, TaggedEntity entity) {
    Map<String, String> found = new LinkedHashMap<>();
    tags.list(caller, entity, PageRequest.first(MAX_TAGS))
        .items()
        .forEach((Tag tag) -> found.put(tag.key(), tag.value()));
    return found;
  }

  private static boolean has(Map<String, String> tags, FeatureSearch search) {
    String wanted = search.tag().orElse("");
    int equals = wanted.indexOf('=');
    return equals < 0
        ? tags.containsKey(wanted)
        : wanted.substring(equals + 1).equals(tags.get(wanted.substring(0, equals)));
  }

  private static FeatureColumn feature(FeatureTable table, String name) {
    return table.feature(name).orElseThrow(() -> BrowseErrors.noFeature(table, name));
  }

  private static Stream<LineageNode> nodes(LineageView view) {
    return view.edges().stream()
        .flatMap((LineageEdge edge) -> Stream.of(edge.from(), edge.to()))
        .filter(node -> !node.isHidden());
  }

  private static String versioned(LineageNode node) {
    return node.name() + node.version().map(version -> "/" + version).orElse("");
  }

  private static boolean contains(String text, String wanted) {
    return text.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
  }
}
