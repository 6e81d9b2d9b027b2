package io.boathouse.serving.score;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.LiveEntity;
import io.boathouse.serving.inference.RequestField;
import io.boathouse.serving.prediction.InvocationService;
import io.boathouse.serving.prediction.InvocationService.Invocation;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.TensorSpec;
import io.boathouse.sql.govern.ModelCalls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Lets queries ask endpoints. Rows go to them as requests do: with the caller's rights, through
 * rate limits, traffic split and inference table, features looked up.
 */
public final class EndpointModels implements ModelCalls {
  /** How long one request of many rows may take, and how long a busy endpoint is tried again. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** More at once would make an endpoint's other callers wait. */
  private static final int ROWS_TOGETHER = 512;

  private static final long FIRST_WAIT_MILLIS = 20;
  private static final long LONGEST_WAIT_MILLIS = 2000;

  private final InvocationService invocations;

  public EndpointModels(InvocationService invocations) {
    this.invocations = invocations;
  }

  @Override
  public Model require(Caller caller, String endpoint) {
    return new Asked(caller, endpoint, live(caller, endpoint));
  }

  /** What rows bring to an endpoint. Errors as {@link #require}. */
  List<RequestField> fields(Caller caller, String endpoint) {
    return fields(live(caller, endpoint));
  }

  private LiveEndpoint live(Caller caller, String endpoint) {
    LiveEndpoint live = invocations.get(caller, endpoint).live();
    if (live.entities().getFirst().runtime().outputs().isEmpty()) {
      throw BatchErrors.invalid("endpoint", endpoint, "serves features and no model");
    }
    return live;
  }

  private static List<RequestField> fields(LiveEndpoint live) {
    return live.entities().getFirst().inputs().fields();
  }

  /** The type of what an entity answers with for one row. */
  static String type(List<TensorSpec> outputs) {
    return outputs.size() == 1
        ? type(outputs.getFirst())
        : outputs.stream()
            .map(output -> "`%s`: %s".formatted(output.name().replace("`", "``"), type(output)))
            .collect(Collectors.joining(", ", "STRUCT<", ">"));
  }

  private static String type(TensorSpec output) {
    List<Long> shape = output.shape();
    boolean column = shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
    int depth = column ? 0 : Math.max(0, shape.size() - 1);
    return "ARRAY<".repeat(depth) + type(output.datatype()) + ">".repeat(depth);
  }

  private static String type(Datatype type) {
    return switch (type) {
      case BOOL -> "BOOLEAN";
      case INT8, INT16, INT32, INT64 -> "BIGINT";
      case FP32 -> "FLOAT";
      case FP64 -> "DOUBLE";
      case BYTES -> "STRING";
    };
  }

  private final class Asked implements Model {
    // The engine writes numbers that JSON has no word for.
    private static final ObjectReader LENIENT =
        Json.mapper()
            .readerFor(JsonNode.class)
            .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());

    private final Caller caller;
    private final String endpoint;
    private final String type;
    private final List<String> names;

    Asked(Caller caller, String endpoint, LiveEndpoint live) {
      LiveEntity entity = live.entities().getFirst();
      this.caller = caller;
      this.endpoint = endpoint;
      this.type = EndpointModels.type(entity.runtime().outputs());
      this.names = fields(live).stream().map(RequestField::name).toList();
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public Answers ask(List<String> rows, Runnable stop) {
      List<JsonNode> values = new ArrayList<>(rows.size());
      Set<LineageNode> by = new LinkedHashSet<>();
      for (int start = 0; start < rows.size(); start += ROWS_TOGETHER) {
        List<String> part = rows.subList(start, Math.min(start + ROWS_TOGETHER, rows.size()));
        Invocation answer = patiently(body(part), stop);
        JsonNode predictions = answer.reply().path("predictions");
        if (!predictions.isArray() || predictions.size() != part.size()) {
          throw BatchErrors.notOneEach(endpoint, part.size());
        }
        predictions.forEach(values::add);
        by.add(
            new LineageNode(
                "MODEL_VERSION", answer.model().toString(), Optional.of((long) answer.version())));
      }
      return new Answers(values, by);
    }

    private byte[] body(List<String> rows) {
      StringBuilder text = new StringBuilder(rows.size() * 64).append("{\"instances\":[");
      for (int i = 0; i < rows.size(); i++) {
        String row = finite(rows.get(i));
        if (!row.startsWith("{") && names.size() != 1) {
          throw BatchErrors.notStruct(endpoint, names);
        }
        text.append(i == 0 ? "" : ",").append(row);
      }
      return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A number that is none is a missing value; infinity is none that a request could bring. */
    private String finite(String row) {
      if (!row.contains("NaN") && !row.contains("Infinity")) {
        return row;
      }
      try (JsonParser parser = LENIENT.createParser(row)) {
        JsonNode tree = parser.readValueAsTree();
        if (tree instanceof ContainerNode<?> container) {
          clean(container);
        } else if (tree.isFloatingPointNumber()) {
          return "null";
        }
        return Json.writeText(tree);
      } catch (JsonProcessingException e) {
        throw BatchErrors.invalid("request", row, "cannot be written as JSON");
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private void clean(ContainerNode<?> container) {
      if (container instanceof ObjectNode object) {
        for (var field : object.properties()) {
          if (isNone(field.getKey(), field.getValue())) {
            JsonNode unused = field.setValue(object.nullNode());
          } else if (field.getValue() instanceof ContainerNode<?> inner) {
            clean(inner);
          }
        }
      } else if (container instanceof ArrayNode array) {
        for (int i = 0; i < array.size(); i++) {
          if (isNone("[" + i + "]", array.get(i))) {
            JsonNode unused = array.set(i, array.nullNode());
          } else if (array.get(i) instanceof ContainerNode<?> inner) {
            clean(inner);
          }
        }
      }
    }

    private boolean isNone(String name, JsonNode value) {
      if (!value.isFloatingPointNumber() || Double.isFinite(value.doubleValue())) {
        return false;
      }
      if (Double.isNaN(value.doubleValue())) {
        return true;
      }
      throw BatchErrors.invalid(name, value.asText(), "is no number that a request can bring");
    }

    /** An endpoint that is busy, or starting again, gets its time. */
    private Invocation patiently(byte[] body, Runnable stop) {
      long until = System.nanoTime() + PATIENCE.toNanos();
      long wait = FIRST_WAIT_MILLIS;
      while (true) {
        stop.run();
        try {
          return invocations.invoke(caller, endpoint, body, PATIENCE);
        } catch (LakeException e) {
          boolean passing = e.code() == ErrorCode.RATE_LIMITED || e.code() == ErrorCode.UNAVAILABLE;
          if (!passing || System.nanoTime() > until) {
            throw e;
          }
        }
        pause(wait, stop);
        wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
      }
    }

    private static void pause(long millis, Runnable stop) {
      try {
        boolean unused = new Semaphore(0).tryAcquire(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stop.run();
        throw BatchErrors.stopped();
      }
    }
  }
}
