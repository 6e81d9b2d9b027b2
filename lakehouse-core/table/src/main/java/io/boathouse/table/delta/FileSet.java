package io.boathouse.table.delta;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of one version, never changed: a large part that versions share, and what came and went
 * since. The next version costs what changed; only now and then, when that has grown, the whole.
 */
final class FileSet {
  private static final int LEAST_CHANGES = 1_000;
  private static final int SHARE_OF_CHANGES = 16;

  private final Map<String, LoggedFile> shared;
  private final Set<String> gone;
  private final Map<String, LoggedFile> added;

  private FileSet(Map<String, LoggedFile> shared, Set<String> gone, Map<String, LoggedFile> added) {
    this.shared = shared;
    this.gone = gone;
    this.added = added;
  }

  static FileSet of(Collection<LoggedFile> files) {
    Map<String, LoggedFile> shared = LinkedHashMap.newLinkedHashMap(files.size());
    files.forEach(file -> shared.put(file.key(), file));
    return new FileSet(shared, Set.of(), Map.of());
  }

  /** This set after a commit; what the commit both removes and adds is in. */
  FileSet after(CommitActions commit) {
    Set<String> nextGone = new HashSet<>(gone);
    Map<String, LoggedFile> nextAdded = new LinkedHashMap<>(added);
    for (String key : commit.removed()) {
      nextAdded.remove(key);
      if (shared.containsKey(key)) {
        nextGone.add(key);
      }
    }
    for (LoggedFile file : commit.added()) {
      String key = file.key();
      if (shared.containsKey(key)) {
        nextGone.add(key);
      }
      nextAdded.put(key, file);
    }
    FileSet next = new FileSet(shared, nextGone, nextAdded);
    int changes = nextGone.size() + nextAdded.size();
    return changes > Math.max(LEAST_CHANGES, shared.size() / SHARE_OF_CHANGES)
        ? of(next.list())
        : next;
  }

  boolean contains(LoggedFile file) {
    String key = file.key();
    return added.containsKey(key) || (shared.containsKey(key) && !gone.contains(key));
  }

  int size() {
    return shared.size() - gone.size() + added.size();
  }

  List<LoggedFile> list() {
    List<LoggedFile> files = new ArrayList<>(size());
    if (gone.isEmpty()) {
      files.addAll(shared.values());
    } else {
      shared.forEach(
          (key, file) -> {
            if (!gone.contains(key)) {
              files.add(file);
            }
          });
    }
    files.addAll(added.values());
    return files;
  }
}
