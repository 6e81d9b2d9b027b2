package io.boathouse.serving.protocol;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Routes;
import io.boathouse.serving.inference.Answered;
import io.boathouse.serving.inference.Asked;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.Predictor;
import io.boathouse.serving.inference.ReplyBody;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Open Inference Protocol over gRPC, on the server's one port: the same authentication, the
 * same rights and the same way through the models as over REST. A model's name is that of its
 * endpoint. Calls are unary, so a message is a body.
 */
public final class GrpcInferenceRoutes implements Routes {
  private static final Logger log = LoggerFactory.getLogger(GrpcInferenceRoutes.class);
  private static final String SERVICE = "/inference.GRPCInferenceService/";
  private static final Permission PROBE =
      Permission.authenticated("says only whether the server answers");
  private static final Permission QUERY =
      Permission.privileges("CAN_QUERY on the serving endpoint");
  private static final Permission MANAGE =
      Permission.privileges("CAN_MANAGE on the serving endpoint");
  private static final Voice VOICE = new GrpcVoice();

  static final Endpoint SERVER_LIVE =
      new Endpoint(POST, SERVICE + "ServerLive", "grpcServerLive").requires(PROBE);
  static final Endpoint SERVER_READY =
      new Endpoint(POST, SERVICE + "ServerReady", "grpcServerReady").requires(PROBE);
  static final Endpoint SERVER_METADATA =
      new Endpoint(POST, SERVICE + "ServerMetadata", "grpcServerMetadata")
          .requires(Permission.authenticated("says only what the protocol is called"));
  static final Endpoint MODEL_READY =
      new Endpoint(POST, SERVICE + "ModelReady", "grpcModelReady").requires(QUERY);
  static final Endpoint MODEL_METADATA =
      new Endpoint(POST, SERVICE + "ModelMetadata", "grpcModelMetadata").requires(QUERY);
  static final Endpoint MODEL_INFER =
      new Endpoint(POST, SERVICE + "ModelInfer", "grpcModelInfer").requires(QUERY);

  static final Endpoint REPOSITORY_INDEX =
      new Endpoint(POST, SERVICE + "RepositoryIndex", "grpcRepositoryIndex")
          .requires(Permission.authenticated("only endpoints that the caller may query"));
  static final Endpoint REPOSITORY_LOAD =
      new Endpoint(POST, SERVICE + "RepositoryModelLoad", "grpcRepositoryModelLoad")
          .requires(MANAGE);
  static final Endpoint REPOSITORY_UNLOAD =
      new Endpoint(POST, SERVICE + "RepositoryModelUnload", "grpcRepositoryModelUnload")
          .requires(MANAGE);

  private final HotPath hot;
  private final Predictor predictor;
  private final ModelRepository repository;
  private final Executor threads;

  /**
   * @param threads where models are loaded and listed, which waits
   */
  GrpcInferenceRoutes(
      HotPath hot, Predictor predictor, ModelRepository repository, Executor threads) {
    this.hot = hot;
    this.predictor = predictor;
    this.repository = repository;
    this.threads = threads;
  }

  @Override
  public void mount(Api api) {
    ErrorFormat errors = ErrorFormat.TEXT;
    api.handleHot(SERVER_LIVE, errors, (context, caller) -> say(context, GrpcMessages.yes()));
    api.handleHot(SERVER_READY, errors, (context, caller) -> say(context, GrpcMessages.yes()));
    api.handleHot(
        SERVER_METADATA,
        errors,
        (context, caller) ->
            say(
                context,
                GrpcMessages.server(
                    OpenInferenceRoutes.version(), OpenInferenceRoutes.EXTENSIONS)));
    api.handleHot(MODEL_READY, errors, (context, caller) -> model(context, caller, this::ready));
    api.handleHot(
        MODEL_METADATA, errors, (context, caller) -> model(context, caller, this::metadata));
    api.handleHot(MODEL_INFER, errors, (context, caller) -> model(context, caller, this::infer));
    api.handleHot(
        REPOSITORY_INDEX,
        errors,
        (context, caller) ->
            later(context, call -> GrpcMessages.index(repository.index(caller, call.readyOnly()))));
    api.handleHot(
        REPOSITORY_LOAD,
        errors,
        (context, caller) ->
            later(
                context,
                call -> {
                  repository.load(caller, call.model());
                  return new byte[0];
                }));
    api.handleHot(
        REPOSITORY_UNLOAD,
        errors,
        (context, caller) ->
            later(
                context,
                call -> {
                  repository.unload(caller, call.model());
                  return new byte[0];
                }));
  }

  private static void say(RoutingContext context, byte[] message) {
    GrpcVoice.send(context.response(), message);
  }

  /** Answers a call that waits. */
  private void later(RoutingContext context, Function<GrpcMessages.RepositoryCall, byte[]> answer) {
    Context loop = context.vertx().getOrCreateContext();
    threads.execute(
        () -> {
          try {
            byte[] reply = answer.apply(GrpcMessages.RepositoryCall.read(message(context)));
            loop.runOnContext(go -> say(context, reply));
          } catch (LakeException e) {
            loop.runOnContext(go -> GrpcVoice.refuse(context.response(), e));
          } catch (RuntimeException e) {
            log.error("A call of the model repository failed", e);
            LakeException shown = ProtocolErrors.internal(e);
            loop.runOnContext(go -> GrpcVoice.refuse(context.response(), shown));
          }
        });
  }

  /** What is done with a message that speaks of a model. */
  @FunctionalInterface
  private interface Call {
    CompletableFuture<Answered> answer(
        GrpcMessages.ModelName model, LiveEndpoint endpoint, Asked asked);
  }

  private void model(RoutingContext context, Caller caller, Call call) {
    byte[] message;
    GrpcMessages.ModelName model;
    try {
      message = message(context);
      model = GrpcMessages.ModelName.read(message);
    } catch (LakeException e) {
      GrpcVoice.refuse(context.response(), e);
      return;
    }
    hot.serve(
        context,
        caller,
        VOICE,
        model.name(),
        (endpoint, asked) -> call.answer(model, endpoint, asked.withBody(message)));
  }

  private CompletableFuture<Answered> ready(
      GrpcMessages.ModelName model, LiveEndpoint endpoint, Asked asked) {
    return told(version(model, endpoint), GrpcMessages.yes());
  }

  private CompletableFuture<Answered> metadata(
      GrpcMessages.ModelName model, LiveEndpoint endpoint, Asked asked) {
    LiveEntity shown = version(model, endpoint);
    return told(shown, GrpcMessages.metadata(endpoint.name(), endpoint.entities(), shown));
  }

  private CompletableFuture<Answered> infer(
      GrpcMessages.ModelName model, LiveEndpoint endpoint, Asked asked) {
    return predictor.answer(
        endpoint,
        model.version().isEmpty() ? Optional.empty() : Optional.of(version(model, endpoint).name()),
        asked,
        (entity, body) -> GrpcInfer.prepare(endpoint.name(), entity, body));
  }

  private static CompletableFuture<Answered> told(LiveEntity entity, byte[] message) {
    return CompletableFuture.completedFuture(new Answered(entity, ReplyBody.text(message)));
  }

  private static LiveEntity version(GrpcMessages.ModelName model, LiveEndpoint endpoint) {
    return model.version().isEmpty()
        ? endpoint.entities().getFirst()
        : OpenInferenceRoutes.version(endpoint, model.version());
  }

  /** The one message of a unary call, without its five bytes of frame. */
  private static byte[] message(RoutingContext context) {
    Buffer body = context.body() == null ? null : context.body().buffer();
    if (body == null || body.length() < 5 || body.length() - 5 != body.getUnsignedInt(1)) {
      throw ProtocolErrors.brokenMessage(null);
    }
    if (body.getByte(0) != 0) {
      throw ProtocolErrors.compressedMessage();
    }
    return body.getBytes(5, body.length());
  }
}
