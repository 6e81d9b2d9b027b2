package io.boathouse.ingest.file;

import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.ingest.file.SelectGovernor.Input;
import io.boathouse.platform.auth.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the catalog which file and which tables a version came from. It follows the commit, and
 * saying the same again changes nothing: a load that stopped between the two says it when repeated.
 */
final class LoadLineage {
  private final LineageService lineage;
  private final Caller caller;
  private final StagedFile file;

  LoadLineage(LineageService lineage, Caller caller, StagedFile file) {
    this.lineage = lineage;
    this.caller = caller;
    this.file = file;
  }

  void loaded(FullName table, long version, TableWriting.Counts counts, List<Input> inputs) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("file", file.label());
    details.put("sha256", file.digest());
    details.put("bytes", Long.toString(file.bytes()));
    details.put("format", file.format().word());
    details.put("read", Long.toString(counts.read()));
    details.put("written", Long.toString(counts.written()));
    details.put("duplicates", Long.toString(counts.duplicates()));
    details.put("rejected", Long.toString(counts.rejects()));
    LineageNode made = new LineageNode("TABLE", table.toString(), Optional.of(version));
    lineage.record(caller, LineageNode.file(file.label(), file.digest()), made, "LOAD", details);
    for (Input input : inputs) {
      Optional<Long> read =
          input.version().isPresent() ? Optional.of(input.version().getAsLong()) : Optional.empty();
      lineage.record(
          caller,
          new LineageNode("TABLE", input.table().toString(), read),
          made,
          "LOAD",
          Map.of("role", "read by the transform"));
    }
  }
}
