package io.boathouse.featurestore.browse;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.browse.BrowseService.Sample;
import io.boathouse.featurestore.browse.BrowseService.Versions;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finding features and judging them over REST, and a page about a table for people. */
public final class BrowseRoutes implements Routes {
  private static final String TABLE = "/api/2.0/boathouse/feature-tables/:name";
  private static final String FEATURE = TABLE + "/features/:feature";
  private static final int MAX_SAMPLE = 100;
  private static final Permission VISIBLE =
      Permission.authenticated("only features that the caller may see");
  private static final Permission SELECT = Permission.privileges("SELECT on the table");

  static final Endpoint SEARCH =
      new Endpoint(GET, "/api/2.0/boathouse/features", "searchFeatures").requires(VISIBLE);
  static final Endpoint PROFILE = new Endpoint(GET, FEATURE, "getFeatureProfile").requires(SELECT);
  static final Endpoint DESCRIBE =
      new Endpoint(PATCH, FEATURE, "describeFeature")
          .requires(Permission.privileges("MODIFY on the table"));
  static final Endpoint DRIFT =
      new Endpoint(GET, FEATURE + "/drift", "getFeatureDrift").requires(SELECT);
  static final Endpoint USE =
      new Endpoint(GET, TABLE + "/use", "getFeatureTableUse").requires(VISIBLE);
  static final Endpoint SAMPLE =
      new Endpoint(GET, TABLE + "/sample", "sampleFeatureTable").requires(SELECT);
  static final Endpoint DOCUMENT =
      new Endpoint(GET, TABLE + "/document", "getFeatureTableDocument").requires(VISIBLE);

  private final BrowseService browse;
  private final FeatureTablePage page;

  public BrowseRoutes(BrowseService browse, FeatureTablePage page) {
    this.browse = browse;
    this.page = page;
  }

  @Override
  public void mount(Api api) {
    api.handle(SEARCH, ErrorFormat.DATABRICKS, this::search);
    api.handle(PROFILE, ErrorFormat.DATABRICKS, this::profile);
    api.handle(DESCRIBE, ErrorFormat.DATABRICKS, this::describe);
    api.handle(DRIFT, ErrorFormat.DATABRICKS, this::drift);
    api.handle(
        USE,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(UseReply.of(browse.use(request.caller(), name(request)))));
    api.handle(SAMPLE, ErrorFormat.DATABRICKS, this::sample);
    api.handle(
        DOCUMENT, ErrorFormat.DATABRICKS, request -> page.reply(request.caller(), name(request)));
  }

  private Reply search(Request request) {
    FeatureSearch search =
        new FeatureSearch(
            request.query("schema").map(name -> FullName.parse(SecurableType.SCHEMA, name)),
            request.query("contains"),
            request.query("tag"),
            request.query("owner"),
            request.query("entity"),
            request.query("model"));
    Page<FoundFeature> found =
        browse.search(request.caller(), search, PageRequest.of(request, 100, 1000));
    return Reply.of(
        new SearchReply(
            found.items().stream().map(FoundReply::of).toList(),
            found.nextPageToken().orElse(null)));
  }

  private Reply profile(Request request) {
    String feature = request.pathParam("feature");
    Map<String, String> tags = browse.tags(request.caller(), name(request), feature);
    FeatureProfile profile =
        browse.profile(request.caller(), name(request), feature, request.longQuery("version"));
    FeatureNote note = browse.note(request.caller(), name(request), feature);
    return Reply.of(ProfileReply.of(feature, note, tags, profile));
  }

  private Reply describe(Request request) {
    NoteJson body = request.json(NoteJson.class);
    browse.describe(request.caller(), name(request), request.pathParam("feature"), body.toNote());
    return Reply.of(
        NoteJson.of(browse.note(request.caller(), name(request), request.pathParam("feature"))));
  }

  private Reply drift(Request request) {
    FeatureDrift drift =
        browse.drift(
            request.caller(),
            name(request),
            request.pathParam("feature"),
            new Versions(required(request, "from"), required(request, "to")));
    return Reply.of(
        new DriftReply(
            drift.from(),
            drift.to(),
            drift.stability(),
            drift.distance(),
            drift.verdict(),
            drift.bins().stream()
                .map(bin -> new BinReply(bin.label(), bin.from(), bin.to()))
                .toList()));
  }

  private Reply sample(Request request) {
    long limit = request.longQuery("limit").orElse(10L);
    if (limit < 1 || limit > MAX_SAMPLE) {
      throw HttpErrors.invalidParameter("limit", Long.toString(limit), "1 to " + MAX_SAMPLE);
    }
    Sample sample = browse.sample(request.caller(), name(request), Math.toIntExact(limit));
    return Reply.of(new SampleReply(sample.columns(), sample.rows()));
  }

  private static long required(Request request, String parameter) {
    return request.longQuery(parameter).orElseThrow(() -> HttpErrors.missingParameter(parameter));
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.TABLE, request.pathParam("name"));
  }

  record SearchReply(
      @JsonProperty("features") List<FoundReply> features,
      @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("next_page_token")
          @Nullable String nextPageToken) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NoteJson(
      @JsonProperty("unit") @Nullable String unit,
      @JsonProperty("expected_range") @Nullable RangeJson range) {
    static NoteJson of(FeatureNote note) {
      return new NoteJson(note.unit().orElse(null), RangeJson.of(note));
    }

    FeatureNote toNote() {
      return new FeatureNote(
          Optional.ofNullable(unit),
          Optional.ofNullable(range == null ? null : range.min()),
          Optional.ofNullable(range == null ? null : range.max()));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RangeJson(
      @JsonProperty("min") @Nullable Double min, @JsonProperty("max") @Nullable Double max) {
    static @Nullable RangeJson of(FeatureNote note) {
      return note.hasRange()
          ? new RangeJson(note.least().orElse(null), note.greatest().orElse(null))
          : null;
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record FoundReply(
      @JsonProperty("table") String table,
      @JsonProperty("name") String name,
      @JsonProperty("type") String type,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("unit") @Nullable String unit,
      @JsonProperty("expected_range") @Nullable RangeJson range,
      @JsonProperty("owner") String owner,
      @JsonProperty("primary_keys") List<String> keys,
      @JsonProperty("tags") Map<String, String> tags) {
    static FoundReply of(FoundFeature found) {
      return new FoundReply(
          found.table().name().toString(),
          found.column().name(),
          found.column().type().name(),
          found.column().comment().orElse(null),
          found.note().unit().orElse(null),
          RangeJson.of(found.note()),
          found.table().securable().owner(),
          found.table().keys().stream().map(FeatureColumn::name).toList(),
          found.tags());
    }
  }

  record UseReply(
      @JsonProperty("sources") List<String> sources,
      @JsonProperty("feature_specs") List<String> specs,
      @JsonProperty("model_versions") List<String> models,
      @JsonProperty("endpoints") List<String> endpoints,
      @JsonProperty("complete") boolean complete) {
    static UseReply of(FeatureUse use) {
      return new UseReply(
          use.sources(), use.specs(), use.models(), use.endpoints(), use.complete());
    }
  }

  record SampleReply(
      @JsonProperty("columns") List<String> columns,
      @JsonProperty("rows") List<List<@Nullable Object>> rows) {}

  record BinReply(
      @JsonProperty("values") String values,
      @JsonProperty("from") long from,
      @JsonProperty("to") long to) {}

  record DriftReply(
      @JsonProperty("from_version") long from,
      @JsonProperty("to_version") long to,
      @JsonProperty("population_stability_index") double stability,
      @JsonProperty("greatest_distance") double distance,
      @JsonProperty("verdict") String verdict,
      @JsonProperty("bins") List<BinReply> bins) {}

  record PeriodReply(
      @JsonProperty("start") String start,
      @JsonProperty("rows") long rows,
      @JsonProperty("nulls") long nulls,
      @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("mean") @Nullable Double mean) {}

  record CommonReply(@JsonProperty("value") String value, @JsonProperty("rows") long rows) {}

  record NumbersReply(
      @JsonProperty("min") double min,
      @JsonProperty("max") double max,
      @JsonProperty("mean") double mean,
      @JsonProperty("quantile_levels") List<Double> levels,
      @JsonProperty("quantiles") List<Double> quantiles,
      @JsonProperty("histogram") List<Long> histogram) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ProfileReply(
      @JsonProperty("name") String name,
      @JsonProperty("unit") @Nullable String unit,
      @JsonProperty("expected_range") @Nullable RangeJson range,
      @JsonProperty("out_of_range") @Nullable Long outOfRange,
      @JsonProperty("tags") Map<String, String> tags,
      @JsonProperty("version") long version,
      @JsonProperty("rows") long rows,
      @JsonProperty("nulls") long nulls,
      @JsonProperty("completeness") double completeness,
      @JsonProperty("distinct") long distinct,
      @JsonProperty("newest_event_time") @Nullable String newestEvent,
      @JsonProperty("numbers") @Nullable NumbersReply numbers,
      @JsonProperty("most_common") @Nullable List<CommonReply> common,
      @JsonProperty("over_time") List<PeriodReply> overTime) {
    static ProfileReply of(
        String name, FeatureNote note, Map<String, String> tags, FeatureProfile profile) {
      Optional<NumbersReply> numbers =
          profile
              .numbers()
              .map(
                  n ->
                      new NumbersReply(
                          n.min(),
                          n.max(),
                          n.mean(),
                          FeatureProfile.Numbers.QUANTILES,
                          n.quantiles(),
                          n.bins()));
      return new ProfileReply(
          name,
          note.unit().orElse(null),
          RangeJson.of(note),
          profile.outOfRange().orElse(null),
          tags,
          profile.version(),
          profile.rows(),
          profile.nulls(),
          profile.completeness(),
          profile.distinct(),
          profile.newestEvent().map(Instant::toString).orElse(null),
          numbers.orElse(null),
          profile.common().isEmpty()
              ? null
              : profile.common().stream().map(c -> new CommonReply(c.value(), c.rows())).toList(),
          profile.overTime().stream()
              .map(
                  p ->
                      new PeriodReply(
                          p.start().toString(), p.rows(), p.nulls(), p.mean().orElse(null)))
              .toList());
    }
  }
}
