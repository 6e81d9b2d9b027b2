package io.boathouse.serving.inference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.boathouse.featurestore.lookup.AssembledRows;
import io.boathouse.featurestore.lookup.LookupPlan;
import io.boathouse.featurestore.spec.InputColumn;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The answers of a feature spec that is served without a model: {@code outputs}, a row each. */
final class FeatureAnswers {
  private final LookupPlan plan;
  private final ColumnAssembler assembler;

  FeatureAnswers(LookupPlan plan, ColumnAssembler assembler) {
    this.plan = plan;
    this.assembler = assembler;
  }

  Prepared prepare(InvocationBody body) {
    ColumnAssembler.Found found = assembler.features(plan, body);
    return new Prepared(
        List.of(),
        outputs ->
            new Predictor.Scored(
                ReplyBody.text(reply(found)), body.clientRequestId(), Optional.empty()));
  }

  /** What was asked with comes first, as the service has it. */
  private byte[] reply(ColumnAssembler.Found found) {
    AssembledRows rows = found.rows();
    var bytes = new ByteArrayOutputStream(64 + 64 * rows.rows());
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeArrayFieldStart("outputs");
      for (int row = 0; row < rows.rows(); row++) {
        out.writeStartObject();
        for (InputColumn input : plan.inputs()) {
          if (plan.column(input.name()) < 0) {
            out.writeFieldName(input.name());
            write(out, found.asked().get(row).get(input.name()));
          }
        }
        List<OutputColumn> columns = rows.columns();
        for (int i = 0; i < columns.size(); i++) {
          out.writeFieldName(columns.get(i).name());
          write(out, rows.value(row, i));
        }
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Double number when !Double.isFinite(number) -> out.writeNull();
      case Double number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Boolean flag -> out.writeBoolean(flag);
      default -> out.writeString(String.valueOf(value));
    }
  }
}
