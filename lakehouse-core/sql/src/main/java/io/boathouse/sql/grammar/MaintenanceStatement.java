package io.boathouse.sql.grammar;

import io.boathouse.table.read.Predicate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Statements that keep a table in shape, or tell its shape. */
public sealed interface MaintenanceStatement extends Statement.OfMaintenance {
  /**
   * OPTIMIZE.
   *
   * @param where a condition whose values are text as written
   * @param zOrderBy columns whose near values shall be in the same files
   */
  record Optimize(List<String> name, Optional<Predicate> where, List<String> zOrderBy)
      implements MaintenanceStatement {
    public Optimize {
      name = List.copyOf(name);
      zOrderBy = List.copyOf(zOrderBy);
    }

    @Override
    public String kind() {
      return "OPTIMIZE";
    }
  }

  /**
   * VACUUM.
   *
   * @param retainHours how long removed files stay; empty for the table's own time
   */
  record Vacuum(List<String> name, OptionalLong retainHours, boolean dryRun)
      implements MaintenanceStatement {
    public Vacuum {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "VACUUM";
    }
  }

  /**
   * CREATE TABLE … CLONE.
   *
   * @param shallow whether SHALLOW was written; plain CLONE means DEEP
   */
  record Clone(
      List<String> name,
      Statement.Existing existing,
      List<String> source,
      boolean shallow,
      OptionalLong version,
      Optional<String> timestamp)
      implements MaintenanceStatement {
    public Clone {
      name = List.copyOf(name);
      source = List.copyOf(source);
    }

    @Override
    public String kind() {
      return "CREATE TABLE CLONE";
    }
  }

  /** RESTORE to a version or, without one, to a time. */
  record Restore(List<String> name, OptionalLong version, Optional<String> timestamp)
      implements MaintenanceStatement {
    public Restore {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "RESTORE";
    }
  }

  /** DESCRIBE DETAIL. */
  record Detail(List<String> name) implements MaintenanceStatement {
    public Detail {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "DESCRIBE DETAIL";
    }
  }

  /** DESCRIBE HISTORY of a table. */
  record DescribeHistory(List<String> name) implements MaintenanceStatement {
    public DescribeHistory {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "DESCRIBE HISTORY";
    }
  }
}
