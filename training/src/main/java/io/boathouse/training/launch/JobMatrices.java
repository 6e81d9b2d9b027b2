package io.boathouse.training.launch;

import io.boathouse.featurestore.join.MatrixExport;
import io.boathouse.featurestore.join.TrainingSetService;
import io.boathouse.platform.json.Json;
import io.boathouse.training.launch.TrainingJobSpec.Part;
import io.boathouse.workflow.task.TaskContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The exported rows of one attempt; the files stay until this is closed. */
final class JobMatrices implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobMatrices.class);

  private final TrainingSetService sets;
  private final MatrixCache cache;
  private final Deque<MatrixCache.Held> held = new ArrayDeque<>();

  JobMatrices(TrainingSetService sets, MatrixCache cache) {
    this.sets = sets;
    this.cache = cache;
  }

  /** The matrices of all parts by role. */
  Map<String, Path> export(TaskContext context, TrainingJobSpec spec) throws InterruptedException {
    List<Part> wanted = new ArrayList<>(spec.parts());
    if (spec.checksLeak()) {
      wanted.addAll(spec.naiveParts(sets.naive(context.caller(), spec.trainingSet()).id()));
    }
    String label = spec.label().orElseThrow();
    Map<String, Path> files = new LinkedHashMap<>();
    for (Part part : wanted) {
      context.progress("export", files.size(), wanted.size());
      MatrixExport export = spec.export(part, label);
      // Asked for its rights as well: the cache knows of none.
      var columns = sets.matrixColumns(context.caller(), part.trainingSet(), export);
      MatrixCache.Held matrix =
          cache.get(
              key(part.trainingSet(), export),
              file -> {
                long rows = sets.exportMatrix(context.caller(), part.trainingSet(), file, export);
                log.info(
                    "Exported {} rows of {} columns of training set {}",
                    rows,
                    columns.size(),
                    part.trainingSet());
              });
      held.push(matrix);
      files.put(part.role(), matrix.file());
    }
    return files;
  }

  private static String key(String set, MatrixExport export) {
    return JobOrigin.sha256(
        Json.writeText(
            List.of(
                set,
                export.features(),
                export.label(),
                export.group().orElse(""),
                new TreeMap<>(export.where()))));
  }

  @Override
  public void close() {
    held.forEach(MatrixCache.Held::close);
  }
}
