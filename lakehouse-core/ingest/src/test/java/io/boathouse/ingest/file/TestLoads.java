package io.boathouse.ingest.file;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.ingest.IngestHouse;
import io.boathouse.ingest.file.LoadRequest.Reading;
import io.boathouse.ingest.file.LoadRequest.RejectRule;
import io.boathouse.ingest.file.LoadRequest.Shaping;
import io.boathouse.platform.error.LakeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** Loads of small files into tables of their own, over the whole house. */
final class TestLoads implements AutoCloseable {
  final IngestHouse house;
  private final Path folder;
  private int tables;

  TestLoads(Path folder) {
    this.folder = folder;
    this.house = new IngestHouse(folder);
  }

  FullName newTable() {
    return FullName.of("main", "default", "loaded_" + ++tables);
  }

  LoadRequest request(
      FullName table, byte[] content, String fileName, Reading reading, Shaping shaping) {
    var upload = house.ingest.uploads().put(house.admin, new ByteArrayInputStream(content));
    return new LoadRequest(
        table,
        new FileSource.Uploaded(upload.id().toString(), fileName),
        Optional.empty(),
        reading,
        shaping);
  }

  LoadResult load(FullName table, byte[] content, String fileName, Shaping shaping) {
    return house
        .ingest
        .loader()
        .load(house.admin, request(table, content, fileName, Reading.DEFAULTS, shaping));
  }

  LoadResult load(FullName table, String content, String fileName) {
    return load(table, content.getBytes(StandardCharsets.UTF_8), fileName, Shaping.NONE);
  }

  LakeException failure(FullName table, byte[] content, String fileName) {
    return catchThrowableOfType(
        LakeException.class, () -> load(table, content, fileName, Shaping.NONE));
  }

  Shaping rules(RejectRule... rules) {
    return new Shaping(
        Optional.empty(), List.of(rules), Optional.empty(), Optional.empty(), List.of());
  }

  byte[] parquet(String select) throws IOException {
    Path file = folder.resolve("made-" + Integer.toHexString(select.hashCode()) + ".parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return Files.readAllBytes(file);
  }

  @Override
  public void close() {
    house.close();
  }
}
