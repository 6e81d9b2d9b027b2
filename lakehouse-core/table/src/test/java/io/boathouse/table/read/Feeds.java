package io.boathouse.table.read;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.write.LooseTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The change feed of a table without a catalog in front of it. */
public final class Feeds {
  private Feeds() {}

  /** Opens the feed of a range. */
  public static ChangeFeed open(LooseTable table, At from, At to) {
    return new ChangeRange(table.log(), from, to).open(new UUID(0, 1), FullName.of("a", "b", "c"));
  }

  /** Rows of a query over the feed, which it sees as {@code f}, columns joined by a bar. */
  public static List<String> rows(LooseTable table, At from, At to, String select) {
    ChangeFeed feed = open(table, from, to);
    List<Path> files =
        feed.sources().stream()
            .map(source -> feed.folder().localCopy(source.rows().file().path()))
            .toList();
    return table.open(
        files,
        session -> {
          FeedView.create(session, "f", feed.end(), feed.folder(), feed.sources());
          return session.query(
              select,
              row -> {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                  values.add(String.valueOf(row.getString(i)));
                }
                return String.join("|", values);
              });
        });
  }
}
