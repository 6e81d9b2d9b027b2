package io.boathouse.featurestore.feast;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.feast.MaterializeBodies.Incremental;
import io.boathouse.featurestore.feast.MaterializeBodies.Whole;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.publish.OnlineStatus;
import io.boathouse.featurestore.publish.PublishService;
import io.boathouse.featurestore.publish.PublishTerms;
import io.boathouse.featurestore.publish.PublishTerms.Mode;
import io.boathouse.featurestore.spec.RequestValues;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Feast's materialization as publishing: a range of events is a snapshot, and what is incremental
 * there follows the table's changes here. A publication that follows already goes on to follow.
 */
public final class FeastMaterialization {
  private static final int PAGE = 100;

  private final FeatureTableService tables;
  private final PublishService publishing;
  private final InstantSource clock;

  public FeastMaterialization(
      FeatureTableService tables, PublishService publishing, InstantSource clock) {
    this.tables = tables;
    this.publishing = publishing;
    this.clock = clock;
  }

  void whole(Caller caller, FeastViews views, Whole body) {
    Instant start = instant("start_ts", body.start());
    Instant end = instant("end_ts", body.end());
    Duration window = Duration.between(start, clock.instant());
    if (!start.isBefore(end) || !window.isPositive()) {
      throw FeastErrors.invalid("start_ts", start.toString(), "before end_ts and before now");
    }
    PublishTerms terms =
        new PublishTerms(Mode.SNAPSHOT, Optional.of(end), Optional.of(window), Optional.empty());
    for (FullName view : named(caller, views, body.views())) {
      OnlineStatus unused = publishing.publish(caller, view, terms);
    }
  }

  void incremental(Caller caller, FeastViews views, Incremental body) {
    Instant end = instant("end_ts", body.end());
    for (FullName view : named(caller, views, body.views())) {
      OnlineStatus unused =
          publishing.follows(caller, view)
              ? publishing.sync(caller, view)
              : publishing.publish(caller, view, first(end));
    }
  }

  /** Until now, and from then on whenever asked; or until a time that is past. */
  private PublishTerms first(Instant end) {
    boolean past = end.isBefore(clock.instant().minusSeconds(60));
    return past
        ? PublishTerms.snapshot(Optional.of(end))
        : new PublishTerms(Mode.TRIGGERED, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private List<FullName> named(Caller caller, FeastViews views, @Nullable List<String> names) {
    if (names != null && !names.isEmpty()) {
      return names.stream().map(views::view).toList();
    }
    List<FullName> all = new ArrayList<>();
    var search = new FeatureTableService.Search(Optional.of(views.schema()), Optional.empty());
    Optional<String> token = Optional.empty();
    do {
      var page = tables.list(caller, search, new PageRequest(PAGE, token));
      page.items().stream().map(FeatureTable::name).forEach(all::add);
      token = page.nextPageToken();
    } while (token.isPresent());
    return all;
  }

  private static Instant instant(String field, @Nullable String text) {
    String given = HttpErrors.required(field, text);
    boolean offset = given.endsWith("Z") || given.matches(".*[+-]\\d\\d:?\\d\\d");
    return (Instant) RequestValues.typed(field, ValueType.TIMESTAMP, offset ? given : given + "Z");
  }
}
