package io.boathouse.server;

import io.boathouse.catalog.volume.VolumeFileService;
import io.boathouse.catalog.volume.VolumePath;
import io.boathouse.ingest.file.FileFormat;
import io.boathouse.ingest.file.FileLoader;
import io.boathouse.ingest.file.FileSource;
import io.boathouse.ingest.file.LoadRequest;
import io.boathouse.ingest.file.LoadResult;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.statement.FileLoads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets COPY INTO load files by the room of ingestion, which the SQL room may not know. */
record IngestLoads(VolumeFileService volumes, Supplier<FileLoader> loader) implements FileLoads {
  @Override
  public List<String> files(Caller caller, String path) {
    List<String> files = new ArrayList<>();
    VolumePath start = VolumePath.parse(path);
    if (start.path().isRoot() || isFolder(caller, start)) {
      collect(caller, start, files);
    } else {
      files.add(start.toString());
    }
    return files.stream().sorted().toList();
  }

  private boolean isFolder(Caller caller, VolumePath path) {
    VolumePath above =
        VolumePath.parse(path.toString().substring(0, path.toString().lastIndexOf('/')));
    return volumes.list(caller, above).stream()
        .anyMatch(
            entry -> entry.file().isEmpty() && entry.path().toString().equals(path.toString()));
  }

  private void collect(Caller caller, VolumePath folder, List<String> files) {
    for (VolumeFileService.Entry entry : volumes.list(caller, folder)) {
      if (entry.file().isPresent()) {
        files.add(entry.path().toString());
      } else {
        collect(caller, entry.path(), files);
      }
    }
  }

  @Override
  public Loaded load(Caller caller, Load load) {
    Map<String, String> options = load.options();
    LoadResult result =
        loader
            .get()
            .load(
                caller,
                new LoadRequest(
                    load.table(),
                    new FileSource.InVolume(load.file()),
                    FileFormat.of(load.format()),
                    new LoadRequest.Reading(
                        Optional.ofNullable(options.get("header")).map(Boolean::parseBoolean),
                        Optional.ofNullable(options.get("delimiter")),
                        Optional.ofNullable(options.get("quote")),
                        Optional.ofNullable(options.get("nullvalue")),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of()),
                    LoadRequest.Shaping.NONE));
    return new Loaded(
        result.alreadyLoaded(),
        result.written(),
        result.rejected().values().stream().mapToLong(Long::longValue).sum());
  }
}
