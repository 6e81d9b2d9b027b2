package io.boathouse.ingest.upload;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.ingest.file.FileFormat;
import io.boathouse.ingest.file.FileSource;
import io.boathouse.ingest.file.LoadRequest;
import io.boathouse.ingest.file.LoadRequest.GeneratedKey;
import io.boathouse.ingest.file.LoadRequest.Reading;
import io.boathouse.ingest.file.LoadRequest.RejectRule;
import io.boathouse.ingest.file.LoadRequest.Shaping;
import io.boathouse.ingest.file.LoadResult;
import io.boathouse.platform.http.HttpErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON of loading, both ways. */
final class LoadWire {
  private LoadWire() {}

  /** Where the file is: one of the first two. */
  record Source(
      @JsonProperty("volume_path") Optional<String> volumePath,
      @JsonProperty("upload_id") Optional<String> uploadId,
      @JsonProperty("name") Optional<String> name) {
    FileSource toSource() {
      if (volumePath.isPresent() == uploadId.isPresent()) {
        throw HttpErrors.invalidParameter("source", "", "either volume_path or upload_id");
      }
      return volumePath
          .<FileSource>map(FileSource.InVolume::new)
          .orElseGet(() -> new FileSource.Uploaded(uploadId.orElseThrow(), name.orElse("upload")));
    }
  }

  /** How to read the file. */
  record Options(
      @JsonProperty("header") Optional<Boolean> header,
      @JsonProperty("delimiter") Optional<String> delimiter,
      @JsonProperty("quote") Optional<String> quote,
      @JsonProperty("null_value") Optional<String> nullValue,
      @JsonProperty("date_format") Optional<String> dateFormat,
      @JsonProperty("timestamp_format") Optional<String> timestampFormat,
      @JsonProperty("columns") Optional<Map<String, String>> columns) {
    Reading toReading() {
      return new Reading(
          header,
          delimiter,
          quote,
          nullValue,
          dateFormat,
          timestampFormat,
          columns.orElse(Map.of()));
    }
  }

  record Rule(
      @JsonProperty("reason") Optional<String> reason,
      @JsonProperty("condition") Optional<String> condition) {
    RejectRule toRule() {
      return new RejectRule(
          reason.orElseThrow(() -> HttpErrors.missingParameter("rejects.reason")),
          condition.orElseThrow(() -> HttpErrors.missingParameter("rejects.condition")));
    }
  }

  record Key(
      @JsonProperty("column") Optional<String> column,
      @JsonProperty("of") Optional<List<String>> of) {
    GeneratedKey toKey() {
      List<String> columns = of.orElse(List.of());
      if (columns.isEmpty()) {
        throw HttpErrors.missingParameter("key.of");
      }
      return new GeneratedKey(
          column.orElseThrow(() -> HttpErrors.missingParameter("key.column")), columns);
    }
  }

  /** The body of a load. */
  record Load(
      @JsonProperty("table") Optional<String> table,
      @JsonProperty("source") Optional<Source> source,
      @JsonProperty("format") Optional<String> format,
      @JsonProperty("options") Optional<Options> options,
      @JsonProperty("transform") Optional<String> transform,
      @JsonProperty("rejects") Optional<List<Rule>> rejects,
      @JsonProperty("distinct") Optional<Boolean> distinct,
      @JsonProperty("distinct_on") Optional<List<String>> distinctOn,
      @JsonProperty("key") Optional<Key> key,
      @JsonProperty("drop") Optional<List<String>> drop) {
    LoadRequest toRequest() {
      String name = table.orElseThrow(() -> HttpErrors.missingParameter("table"));
      FullName fullName = FullName.parse(name);
      if (fullName.parts().size() != 3) {
        throw HttpErrors.invalidParameter("table", name, "catalog.schema.table");
      }
      return new LoadRequest(
          fullName,
          source.orElseThrow(() -> HttpErrors.missingParameter("source")).toSource(),
          format.map(LoadWire::format),
          options.map(Options::toReading).orElse(Reading.DEFAULTS),
          new Shaping(
              transform,
              rejects.orElse(List.of()).stream().map(Rule::toRule).toList(),
              distinctBy(),
              key.map(Key::toKey),
              drop.orElse(List.of())));
    }

    private Optional<List<String>> distinctBy() {
      if (distinctOn.isPresent() && !distinct.orElse(true)) {
        throw HttpErrors.invalidParameter("distinct", "false", "true where distinct_on is given");
      }
      return distinctOn.or(() -> distinct.filter(wanted -> wanted).map(wanted -> List.of()));
    }
  }

  private static FileFormat format(String word) {
    return FileFormat.of(word)
        .orElseThrow(() -> HttpErrors.invalidParameter("format", word, "csv, json or parquet"));
  }

  /** What a load did. */
  record Loaded(
      @JsonProperty("table") String table,
      @JsonProperty("version") long version,
      @JsonProperty("created") boolean created,
      @JsonProperty("already_loaded") boolean alreadyLoaded,
      @JsonProperty("read") long read,
      @JsonProperty("written") long written,
      @JsonProperty("duplicates") long duplicates,
      @JsonProperty("rejected") Map<String, Long> rejected,
      @JsonProperty("rejects_table") Optional<String> rejectsTable,
      @JsonProperty("digest") String digest) {
    static Loaded of(LoadResult result) {
      return new Loaded(
          result.table().toString(),
          result.version(),
          result.created(),
          result.alreadyLoaded(),
          result.read(),
          result.written(),
          result.duplicates(),
          result.rejected(),
          result.rejectsTable().map(FullName::toString),
          result.digest());
    }
  }
}
