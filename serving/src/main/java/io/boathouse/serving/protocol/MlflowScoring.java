package io.boathouse.serving.protocol;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.serving.inference.Asked;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.Predictor;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** MLflow's scoring protocol over HTTP: JSON in its four forms, or CSV. */
final class MlflowScoring {
  private final HotPath hot;
  private final Predictor predictor;

  MlflowScoring(HotPath hot, Predictor predictor) {
    this.hot = hot;
    this.predictor = predictor;
  }

  /**
   * Answers a request.
   *
   * @param served the entity that is to answer; empty for the one whose turn it is
   */
  void serve(RoutingContext context, Caller caller, String endpoint, Optional<String> served) {
    String type = context.request().getHeader("content-type");
    boolean csv = isCsv(type);
    if (!csv && !isJson(type)) {
      var unused =
          context
              .response()
              .setStatusCode(415)
              .putHeader("Content-Type", "text/plain; charset=utf-8")
              .end(
                  "This predictor only supports the content types application/json and text/csv; got '%s'.\n"
                      .formatted(shown(type)));
      return;
    }
    hot.serve(
        context,
        caller,
        Voice.http(ErrorFormat.DATABRICKS),
        endpoint,
        (live, asked) ->
            predictor.invoke(live, served, csv ? fromCsv(live, served, asked) : asked));
  }

  private static Asked fromCsv(LiveEndpoint endpoint, Optional<String> served, Asked asked) {
    LiveEntity entity = served.map(endpoint::entity).orElseGet(endpoint.entities()::getFirst);
    return asked.withBody(CsvBody.toJson(asked.body(), entity.inputs().fields()));
  }

  /** CSV in UTF-8. */
  private static boolean isCsv(@Nullable String type) {
    return type != null && isPlain(type, "text/csv");
  }

  /** JSON, with no parameter but the one charset that JSON has. */
  static boolean isJson(@Nullable String type) {
    return type != null && isPlain(type, "application/json");
  }

  private static boolean isPlain(String type, String wanted) {
    String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
    boolean charset =
        parts.length == 1
            || (parts.length == 2 && parts[1].trim().replace("\"", "").equals("charset=utf-8"));
    return parts[0].trim().equals(wanted) && charset;
  }

  private static String shown(@Nullable String type) {
    String text = String.valueOf(type).replaceAll("\\p{Cntrl}", " ");
    return text.length() > 100 ? text.substring(0, 100) : text;
  }
}
