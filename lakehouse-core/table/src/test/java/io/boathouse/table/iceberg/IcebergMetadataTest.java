package io.boathouse.table.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import io.boathouse.table.write.TableAlteration;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PartitionUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables that Delta Spark wrote, read by Iceberg's reader through the metadata that we make. */
class IcebergMetadataTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "dv-with-columnmapping, 3, col1",
    "log-replay-dv-key-cases, 3, id",
    "data-skipping-basic-stats-all-types-columnmapping-id, 2, as_int",
    "data-skipping-basic-stats-all-types-columnmapping-name, 2, as_int",
    "kernel-timestamp-partition-col-ISO8601, 2, str",
    "basic-decimal-table-legacy, 2, part"
  })
  void hasTheRowsThatDeltaHas(String name, int formatVersion, String column) throws Exception {
    Path folder = golden(name);
    try (LocalFileStore store = new LocalFileStore(folder)) {
      LooseTable delta = new LooseTable(store, temp);
      TableMetadata metadata =
          new IcebergMetadata(store).of(delta.log().latest(), UUID.randomUUID());
      Table table = new BaseTable(new StaticTableOperations(metadata, new StoreIo(store)), name);

      assertThat(metadata.formatVersion()).isEqualTo(formatVersion);
      assertThat(values(table, column))
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(
              delta.rows("SELECT \"" + column + "\" FROM t").stream()
                  .map(IcebergMetadataTest::plain)
                  .toList());
    }
  }

  /** By their numbers in the files, whatever they are called there. */
  @Test
  void fieldsInsideColumnsOfMappedTablesAreFound() throws Exception {
    try (LocalFileStore store = new LocalFileStore(temp.resolve("table"))) {
      LooseTable delta = new LooseTable(store, temp);
      delta.create(
          TableSchema.of(
              Column.of("place", DataType.parse("struct<city:string,x:int>")),
              Column.of("tags", DataType.parse("array<struct<k:string>>")),
              Column.of("more", DataType.parse("map<string,struct<n:int>>"))),
          Map.of("delta.columnMapping.mode", "name"));
      delta.append(
          "SELECT {'city': 'a', 'x': 1} AS place, [{'k': 'b'}] AS tags, MAP {'m': {'n': 2}} AS"
              + " more");
      delta.alter(new TableAlteration.RenameColumn(List.of("place", "city"), "town"));
      TableMetadata metadata =
          new IcebergMetadata(store).of(delta.log().latest(), UUID.randomUUID());
      Table table = new BaseTable(new StaticTableOperations(metadata, new StoreIo(store)), "t");

      assertThat(table.schema().findField("place.town")).isNotNull();
      assertThat(values(table, "place")).containsExactly("Record(a, 1)");
      assertThat(values(table, "tags")).containsExactly("[Record(b)]");
      assertThat(values(table, "more")).containsExactly("{m=Record(2)}");
    }
  }

  /** As engines read: by the name mapping where files have no numbers, and without deleted rows. */
  private static List<String> values(Table table, String column) throws IOException {
    NameMapping names =
        NameMappingParser.fromJson(table.properties().get(TableProperties.DEFAULT_NAME_MAPPING));
    List<String> values = new ArrayList<>();
    try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
      for (FileScanTask file : files) {
        GenericDeleteFilter deletes =
            new GenericDeleteFilter(table.io(), file, table.schema(), table.schema());
        Schema wanted = deletes.requiredSchema();
        Map<Integer, ?> constants =
            PartitionUtil.constantsMap(file, IdentityPartitionConverters::convertConstant);
        try (CloseableIterable<Record> rows =
            Parquet.read(table.io().newInputFile(file.file().location()))
                .project(wanted)
                .withNameMapping(names)
                .createReaderFunc(
                    inFile -> GenericParquetReaders.buildReader(wanted, inFile, constants))
                .build()) {
          for (Record row : deletes.filter(rows)) {
            values.add(plain(String.valueOf(row.getField(column))));
          }
        }
      }
    }
    return values;
  }

  /** Times are written in many ways. */
  private static String plain(String text) {
    return text.replace('T', ' ').replaceAll("(:\\d\\d)(:00)?(\\.0)?(Z|\\+00)?$", "$1");
  }

  @Test
  void aTableWhoseLogDoesNotCountRowsIsRefused() throws Exception {
    try (LocalFileStore store = new LocalFileStore(golden("data-reader-date-types-JST"))) {
      LooseTable delta = new LooseTable(store, temp);
      LakeException failure =
          catchThrowableOfType(
              LakeException.class,
              () -> new IcebergMetadata(store).of(delta.log().latest(), UUID.randomUUID()));
      assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(failure.message()).contains("how many rows");
    }
  }

  private Path golden(String name) throws IOException, URISyntaxException {
    Path source = Path.of(IcebergMetadataTest.class.getResource("/delta-golden/" + name).toURI());
    Path copy = temp.resolve("golden");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return copy;
  }
}
