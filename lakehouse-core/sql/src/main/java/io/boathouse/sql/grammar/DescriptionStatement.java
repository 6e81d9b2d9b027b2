package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Statement.ObjectType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statements about what is said of a thing: its name, comment, owner, tags and properties. */
public sealed interface DescriptionStatement extends Statement.OfDescriptions {
  /** The thing that a statement is about. @param column of a table, if that is meant */
  record Thing(ObjectType type, List<String> name, Optional<String> column) {
    public Thing {
      name = List.copyOf(name);
    }
  }

  /** SET TAGS, or SET TAG ON. @param tags values by key, empty where none is written */
  record SetTags(Thing thing, Map<String, String> tags) implements DescriptionStatement {
    public SetTags {
      tags = Map.copyOf(tags);
    }

    @Override
    public String kind() {
      return "SET TAG";
    }
  }

  /** UNSET TAGS, or UNSET TAG ON. */
  record UnsetTags(Thing thing, List<String> keys) implements DescriptionStatement {
    public UnsetTags {
      keys = List.copyOf(keys);
    }

    @Override
    public String kind() {
      return "UNSET TAG";
    }
  }

  /** OWNER TO. */
  record SetOwner(Thing thing, String principal) implements DescriptionStatement {
    @Override
    public String kind() {
      return "ALTER " + thing.type();
    }
  }

  /** COMMENT ON; NULL is no text. */
  record SetComment(Thing thing, String text) implements DescriptionStatement {
    @Override
    public String kind() {
      return "COMMENT ON";
    }
  }

  /** RENAME TO, of a table or view within its schema. */
  record Rename(Thing thing, List<String> to) implements DescriptionStatement {
    public Rename {
      to = List.copyOf(to);
    }

    @Override
    public String kind() {
      return "ALTER " + thing.type();
    }
  }

  /** SHOW TBLPROPERTIES. */
  record ShowProperties(List<String> name, Optional<String> key) implements DescriptionStatement {
    public ShowProperties {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "SHOW TBLPROPERTIES";
    }
  }

  /** SHOW PARTITIONS. */
  record ShowPartitions(List<String> name) implements DescriptionStatement {
    public ShowPartitions {
      name = List.copyOf(name);
    }

    @Override
    public String kind() {
      return "SHOW PARTITIONS";
    }
  }
}
