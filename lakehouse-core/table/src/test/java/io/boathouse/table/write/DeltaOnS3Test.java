package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.storage.ObjectStore;
import io.boathouse.platform.storage.S3FileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaOnS3Test {
  @TempDir Path temp;

  @Test
  void concurrentAppendsOnAnObjectStoreAllStay() throws Exception {
    try (ObjectStore server = ObjectStore.start();
        S3FileStore folder = server.open("tables/one", temp.resolve("cache"));
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      LooseTable table = new LooseTable(folder, temp);
      table.create(TableSchema.of(Column.of("id", new DataType.LongType())));
      List<Callable<Long>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        LooseTable own = table.reopened();
        writers.add(
            () -> {
              for (int append = 0; append < 3; append++) {
                own.append("SELECT range AS id FROM range(100)");
              }
              return own.append("SELECT range AS id FROM range(100)").version();
            });
      }
      for (Future<Long> writer : threads.invokeAll(writers)) {
        assertThat(writer.get()).isPositive();
      }

      assertThat(table.log().latest().version()).isEqualTo(12);
      assertThat(table.rows("SELECT count(*), sum(id) FROM t")).containsExactly("1200|59400");
      assertThat(table.log().history(100)).hasSize(13);
    }
  }
}
