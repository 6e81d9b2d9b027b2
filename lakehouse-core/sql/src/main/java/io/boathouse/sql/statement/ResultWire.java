package io.boathouse.sql.statement;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.statement.StatementResult.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** The JSON of results: what they consist of, and their chunks. */
final class ResultWire {
  private ResultWire() {}

  static ObjectNode manifest(StatementResult result) {
    ObjectNode manifest =
        Json.mapper().createObjectNode().put("format", result.form().format().name());
    ObjectNode schema = manifest.putObject("schema").put("column_count", result.columns().size());
    var columns = schema.putArray("columns");
    for (int i = 0; i < result.columns().size(); i++) {
      column(columns.addObject(), i, result.columns().get(i));
    }
    manifest
        .put("total_chunk_count", result.chunks().size())
        .put("total_row_count", result.rows())
        .put("total_byte_count", result.bytes())
        .put("truncated", result.truncated());
    if (result.form().format() == ResultForm.Format.ARROW_STREAM) {
      manifest.put("result_compression", "NONE");
    }
    var chunks = manifest.putArray("chunks");
    for (Chunk chunk : result.chunks()) {
      place(chunks.addObject(), chunk).put("byte_count", chunk.bytes());
    }
    return manifest;
  }

  private static void column(ObjectNode node, int position, ResultColumn column) {
    node.put("name", column.name())
        .put("position", position)
        .put("type_name", column.type().kind().name())
        .put("type_text", column.type().text());
    column
        .type()
        .decimal()
        .ifPresent(
            digits ->
                node.put("type_precision", digits.precision()).put("type_scale", digits.scale()));
  }

  private static ObjectNode place(ObjectNode node, Chunk chunk) {
    return node.put("chunk_index", chunk.index())
        .put("row_offset", chunk.rowOffset())
        .put("row_count", chunk.rows());
  }

  /** A chunk with its rows: as JSON, or as the bytes of its format. */
  static ObjectNode inReply(FetchedChunk fetched) {
    ObjectNode node = place(Json.mapper().createObjectNode(), fetched.chunk());
    byte[] content = fetched.content();
    if (fetched.form().format() == ResultForm.Format.JSON_ARRAY) {
      node.putRawValue("data_array", new RawValue(new String(content, StandardCharsets.UTF_8)));
    } else {
      node.put("attachment", content);
    }
    next(node, fetched);
    return node;
  }

  /**
   * A chunk as the address at which it is.
   *
   * @param address where it can be had without a token
   */
  static ObjectNode linked(FetchedChunk fetched, LinkTokens.Link link, String address) {
    ObjectNode reply = Json.mapper().createObjectNode();
    ObjectNode node = place(reply.putArray("external_links").addObject(), fetched.chunk());
    node.put("byte_count", fetched.chunk().bytes())
        .put("external_link", address)
        .put("expiration", link.expiresAt().toString());
    node.putObject("http_headers");
    next(node, fetched);
    return reply;
  }

  private static void next(ObjectNode node, FetchedChunk fetched) {
    List<Chunk> chunks = fetched.result().chunks();
    int next = fetched.chunk().index() + 1;
    if (next < chunks.size()) {
      node.put("next_chunk_index", next);
      UUID id = fetched.statement().id();
      node.put(
          "next_chunk_internal_link",
          "%s/%s/result/chunks/%d?row_offset=%d"
              .formatted(StatementWire.ROOT, id, next, chunks.get(next).rowOffset()));
    }
  }
}
