package io.boathouse.agents.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.agents.tool.ToolProgress;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * The reply to one call whose client asked for progress: plain JSON if the tool ends before it
 * tells any, else server-sent events of which the result is the last. A client that goes away
 * interrupts the tool. Progress that the client reads too slowly is dropped.
 */
final class McpStream {
  private static final int MOST_WAITING = 256;

  private final JsonNode token;
  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(MOST_WAITING);

  /** What the tool's thread tells the reply's. */
  private sealed interface Event {
    record Progress(ObjectNode message) implements Event {}

    record Answer(Reply reply) implements Event {}

    record Failure(RuntimeException problem) implements Event {}
  }

  /**
   * @param token by which the client knows the progress of this call
   */
  McpStream(JsonNode token) {
    this.token = token;
  }

  /**
   * @param work makes the reply in JSON
   */
  Reply reply(Function<ToolProgress, Reply> work, Executor executor) {
    var task = new FutureTask<Boolean>(() -> work(work));
    executor.execute(task);
    Event first = take(task);
    return switch (first) {
      case Event.Answer(Reply reply) -> reply;
      case Event.Failure(RuntimeException problem) -> throw problem;
      case Event.Progress progress ->
          Reply.stream("text/event-stream", OptionalLong.empty(), out -> write(progress, task, out))
              .withHeader("Cache-Control", "no-store")
              .withHeader("X-Accel-Buffering", "no");
    };
  }

  private boolean work(Function<ToolProgress, Reply> work) throws InterruptedException {
    Event last;
    try {
      last = new Event.Answer(work.apply(this::progress));
    } catch (RuntimeException e) {
      last = new Event.Failure(e);
    }
    events.put(last);
    return true;
  }

  private void progress(double done, double total) {
    ObjectNode message = Json.mapper().createObjectNode().put("jsonrpc", "2.0");
    message.put("method", "notifications/progress");
    ObjectNode params = message.putObject("params");
    params.set("progressToken", token);
    params.put("progress", done).put("total", total);
    boolean unused = events.offer(new Event.Progress(message));
  }

  private void write(Event first, FutureTask<?> task, OutputStream out) throws IOException {
    try {
      Event event = first;
      while (event instanceof Event.Progress(ObjectNode message)) {
        write(out, message);
        event = take(task);
      }
      if (event instanceof Event.Failure(RuntimeException problem)) {
        throw new IOException("The tool failed after it had told progress", problem);
      }
      if (event instanceof Event.Answer(Reply reply)
          && reply.body() instanceof Reply.Body.Json(Object value)) {
        write(out, value);
      }
    } finally {
      boolean unused = task.cancel(true);
    }
  }

  private static void write(OutputStream out, Object message) throws IOException {
    String event = "event: message\ndata: " + Json.writeText(message) + "\n\n";
    out.write(event.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private Event take(FutureTask<?> task) {
    try {
      return events.take();
    } catch (InterruptedException e) {
      boolean unused = task.cancel(true);
      Thread.currentThread().interrupt();
      return new Event.Failure(
          new UncheckedIOException(new InterruptedIOException("the server stops")));
    }
  }
}
