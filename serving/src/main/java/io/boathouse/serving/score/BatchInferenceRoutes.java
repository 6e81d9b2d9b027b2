package io.boathouse.serving.score;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.workflow.run.Run;
import java.util.Map;

/** Batch inference over REST; its runs are watched and cancelled as all runs are. */
public final class BatchInferenceRoutes implements Routes {
  static final Endpoint SUBMIT =
      new Endpoint(POST, "/api/2.0/boathouse/batch-inference", "submitBatchInference")
          .requires(
              Permission.privileges(
                  "SELECT on the tables of the input",
                  "CAN_QUERY on the endpoint",
                  "MODIFY on the output table, or CREATE_TABLE on its schema if it is new"));

  private final BatchInferenceService batches;

  public BatchInferenceRoutes(BatchInferenceService batches) {
    this.batches = batches;
  }

  @Override
  public void mount(Api api) {
    api.handle(SUBMIT, ErrorFormat.DATABRICKS, this::submit);
  }

  private Reply submit(Request request) {
    Run run = batches.submit(request.caller(), request.json(BatchInferenceSpec.class));
    return Reply.of(Map.of("run_id", run.id().toString()));
  }
}
