package io.boathouse.featurestore.join;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.SkewReport.FeatureSkew;
import io.boathouse.featurestore.join.SkewReport.Side;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The report of a training set's features against what was served, over REST. */
public final class SkewRoutes implements Routes {
  static final Endpoint SKEW =
      new Endpoint(POST, "/api/2.0/boathouse/training-sets/:id/skew", "compareTrainingSet")
          .requires(
              Permission.privileges(
                  "SELECT on the tables that the caller's own training set is made of, and on the"
                      + " inference table"));

  private final SkewService skew;

  public SkewRoutes(SkewService skew) {
    this.skew = skew;
  }

  @Override
  public void mount(Api api) {
    api.handle(SKEW, ErrorFormat.DATABRICKS, this::compare);
  }

  private Reply compare(Request request) {
    SkewBody body = request.json(SkewBody.class);
    FullName table =
        FullName.parse(
            SecurableType.TABLE, HttpErrors.required("inference_table", body.inferenceTable()));
    Instant since = Instant.ofEpochMilli(body.since() == null ? 0 : body.since());
    return Reply.of(
        SkewReply.of(skew.compare(request.caller(), request.pathParam("id"), table, since)));
  }

  record SkewBody(
      @JsonProperty("inference_table") @Nullable String inferenceTable,
      @JsonProperty("since") @Nullable Long since) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SideReply(
      @JsonProperty("count") long count,
      @JsonProperty("missing") long missing,
      @JsonProperty("defaulted") @Nullable Long defaulted,
      @JsonProperty("mean") @Nullable Double mean) {
    static SideReply of(Side side) {
      return new SideReply(
          side.count(), side.missing(), side.defaulted().orElse(null), side.mean().orElse(null));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record FeatureReply(
      @JsonProperty("name") String name,
      @JsonProperty("training") SideReply training,
      @JsonProperty("served") SideReply served,
      @JsonProperty("stability_index") @Nullable Double stabilityIndex,
      @JsonProperty("shifted") boolean shifted) {
    static FeatureReply of(FeatureSkew feature) {
      return new FeatureReply(
          feature.name(),
          SideReply.of(feature.training()),
          SideReply.of(feature.served()),
          feature.stabilityIndex().orElse(null),
          feature.shifted());
    }
  }

  record SkewReply(
      @JsonProperty("training_rows") long trainingRows,
      @JsonProperty("requests") long requests,
      @JsonProperty("vectors") long vectors,
      @JsonProperty("incomplete_vectors") long incomplete,
      @JsonProperty("features") List<FeatureReply> features) {
    static SkewReply of(SkewReport report) {
      return new SkewReply(
          report.trainingRows(),
          report.requests(),
          report.vectors(),
          report.incomplete(),
          report.features().stream().map(FeatureReply::of).toList());
    }
  }
}
