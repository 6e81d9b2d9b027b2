package io.boathouse.serving.protocol;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.ErrorRenderer;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.inference.Answered;
import io.boathouse.serving.inference.Asked;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** How a protocol words what was answered and what was refused. */
interface Voice {
  void answer(HttpServerResponse response, Asked asked, Answered answered);

  void refuse(HttpServerResponse response, Asked asked, LakeException failure, String requestId);

  /** Replies over HTTP, with errors as this format has them. */
  static Voice http(ErrorFormat errors) {
    return new Http(errors);
  }

  /** Replies over HTTP. */
  record Http(ErrorFormat errors) implements Voice {
    @Override
    public void answer(HttpServerResponse response, Asked asked, Answered answered) {
      if (answered.body().jsonBytes().isPresent()) {
        response.putHeader("Content-Type", "application/octet-stream");
        response.putHeader(
            "Inference-Header-Content-Length", answered.body().jsonBytes().get().toString());
      } else {
        response.putHeader("Content-Type", "application/json");
      }
      response.putHeader("served-model-name", answered.entity().name());
      response.putHeader("databricks-request-id", asked.predictionId());
      var unused = response.end(Buffer.buffer(answered.body().bytes()));
    }

    @Override
    public void refuse(
        HttpServerResponse response, Asked asked, LakeException failure, String requestId) {
      Reply reply = ErrorRenderer.render(errors, failure, requestId);
      response.setStatusCode(reply.status());
      reply.headers().forEach(response::putHeader);
      response.putHeader("databricks-request-id", asked.predictionId());
      if (reply.body() instanceof Reply.Body.Json(Object value)) {
        response.putHeader("Content-Type", "application/json");
        var unused = response.end(Buffer.buffer(Json.write(value)));
      } else {
        var unused = response.end();
      }
    }
  }
}
