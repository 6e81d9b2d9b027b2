package io.boathouse.table.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.lane.HeavyLane;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.delta.ChangedFile;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowPagesTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()), Column.of("name", new DataType.StringType()));

  @TempDir Path temp;

  /** Whole files, a file with rows that do not count, pages that end by their size. */
  @Test
  void pagesGoOnWhereTheOneBeforeEndedThroughAllFiles() {
    LocalFileStore folder = new LocalFileStore(temp.resolve("table"));
    LooseTable table = new LooseTable(folder, temp);
    Commit unused =
        table.create(
            SCHEMA,
            Map.of(
                "delta.enableDeletionVectors", "true",
                "boathouse.deletionVectors.maxShare", "0.9"));
    unused = table.append("SELECT range AS id, 'n' AS name FROM range(3000)");
    unused = table.append("SELECT range AS id, 'n' AS name FROM range(3000, 5000)");
    unused = table.append("SELECT range AS id, repeat('x', 30000) AS name FROM range(5000, 5400)");
    unused = table.delete("id >= 3000 AND id < 5000 AND id % 3 = 0");
    DeltaSnapshot now = table.log().latest();
    List<FeedView.Source> files =
        now.files().stream()
            .map(
                file ->
                    new FeedView.Source(
                        new ChangedFile(ChangedFile.Kind.INSERT, file, Optional.empty()),
                        1,
                        now.at()))
            .toList();
    List<Long> ids = new ArrayList<>();
    int pages = 0;
    try (HeavyLane lane = new HeavyLane("pages", 1, 1)) {
      RowPages reader = new RowPages(table.duckDb(), lane);
      RowPages.Wanted wanted = new RowPages.Wanted(now, folder, files, SCHEMA);
      RowPages.Place place = new RowPages.Place(0, 0);
      while (place.file() < files.size()) {
        RowPages.Rows page = reader.read(wanted, place, 700);
        assertThat(page.rows()).hasSizeLessThanOrEqualTo(700);
        page.rows().forEach(row -> ids.add(Long.parseLong(row.getFirst())));
        place = page.next();
        pages++;
      }
    }

    assertThat(ids)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, 5400)
                .filter(id -> id < 3000 || id >= 5000 || id % 3 != 0)
                .boxed()
                .toList());
    assertThat(pages).isBetween(8, 14);
  }
}
