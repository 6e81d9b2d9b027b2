package io.boathouse.catalog.lineage;
import io.boathouse.platform.auth.Caller;
import java.util.Map;
public final class LineageService {
  public void record(Caller caller, LineageNode from, LineageNode to, String how, Map<String, String> details) {}
}
