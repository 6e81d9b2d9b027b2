package io.boathouse.sql.grammar;

import io.boathouse.sql.grammar.Token.Kind;
import io.boathouse.table.read.Predicate;
import io.boathouse.table.read.Predicate.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** OPTIMIZE, VACUUM, RESTORE and CLONE. */
final class MaintenanceRules {
  private static final int MOST_NESTED = 50;

  private final Cursor cursor;
  private int depth;

  MaintenanceRules(Cursor cursor) {
    this.cursor = cursor;
  }

  MaintenanceStatement optimize() {
    cursor.expect("optimize");
    List<String> name = cursor.names("a table");
    Optional<Predicate> where = cursor.accept("where") ? Optional.of(anyOf()) : Optional.empty();
    List<String> columns = List.of();
    if (cursor.accept("zorder")) {
      cursor.expect("by");
      columns =
          cursor.peek().isSymbol("(") ? cursor.nameList("a column") : names(new ArrayList<>());
    }
    return new MaintenanceStatement.Optimize(name, where, columns);
  }

  private List<String> names(List<String> names) {
    do {
      names.add(cursor.name("a column"));
    } while (cursor.acceptSymbol(","));
    return names;
  }

  MaintenanceStatement vacuum() {
    cursor.expect("vacuum");
    List<String> name = cursor.names("a table");
    OptionalLong hours = OptionalLong.empty();
    if (cursor.accept("retain")) {
      hours = OptionalLong.of(whole("a number of hours"));
      if (!cursor.accept("hour")) {
        cursor.expect("hours");
      }
    }
    boolean dryRun = cursor.accept("dry", "run");
    return new MaintenanceStatement.Vacuum(name, hours, dryRun);
  }

  MaintenanceStatement restore() {
    cursor.expect("restore");
    boolean unused =
        cursor.peek(1).isName() && !cursor.peek(1).isWord("to") && cursor.accept("table");
    List<String> name = cursor.names("a table");
    unused = cursor.accept("to");
    Point point = point();
    return new MaintenanceStatement.Restore(name, point.version(), point.timestamp());
  }

  /** What follows the name of a new table that is a clone. */
  MaintenanceStatement clone(List<String> name, Statement.Existing existing) {
    boolean shallow = cursor.accept("shallow");
    boolean unused = !shallow && cursor.accept("deep");
    cursor.expect("clone");
    List<String> source = cursor.names("a table");
    unused = cursor.accept("for");
    boolean timed = cursor.peek().isWord("version") || cursor.peek().isWord("timestamp");
    Point point = timed ? point() : new Point(OptionalLong.empty(), Optional.empty());
    return new MaintenanceStatement.Clone(
        name, existing, source, shallow, point.version(), point.timestamp());
  }

  /** A version, or a time as written. */
  private record Point(OptionalLong version, Optional<String> timestamp) {}

  private Point point() {
    if (cursor.accept("version")) {
      cursor.expect("as");
      cursor.expect("of");
      return new Point(OptionalLong.of(whole("a version number")), Optional.empty());
    }
    cursor.expect("timestamp");
    cursor.expect("as");
    cursor.expect("of");
    return new Point(OptionalLong.empty(), Optional.of(cursor.string("a time in single quotes")));
  }

  private long whole(String what) {
    if (!cursor.peek().value().matches("[0-9]{1,15}") || cursor.peek().kind() != Kind.NUMBER) {
      throw cursor.unexpected(what);
    }
    return Long.parseLong(cursor.take().value());
  }

  private Predicate anyOf() {
    List<Predicate> parts = new ArrayList<>();
    do {
      parts.add(allOf());
    } while (cursor.accept("or"));
    return parts.size() == 1 ? parts.getFirst() : new Predicate.Or(parts);
  }

  private Predicate allOf() {
    List<Predicate> parts = new ArrayList<>();
    do {
      parts.add(one());
    } while (cursor.accept("and"));
    return parts.size() == 1 ? parts.getFirst() : new Predicate.And(parts);
  }

  private Predicate one() {
    if (cursor.acceptSymbol("(")) {
      depth++;
      if (depth > MOST_NESTED) {
        throw cursor.unexpected("fewer brackets");
      }
      Predicate inside = anyOf();
      cursor.expectSymbol(")");
      depth--;
      return inside;
    }
    String column = cursor.name("a column");
    if (cursor.accept("is", "null")) {
      return new Predicate.IsNull(column);
    }
    if (cursor.accept("is", "not", "null")) {
      return new Predicate.IsNotNull(column);
    }
    if (cursor.accept("in")) {
      cursor.expectSymbol("(");
      List<Comparable<?>> values = new ArrayList<>();
      do {
        values.add(literal());
      } while (cursor.acceptSymbol(","));
      cursor.expectSymbol(")");
      return new Predicate.In(column, values);
    }
    return new Predicate.Compare(column, operator(), literal());
  }

  private Operator operator() {
    if (cursor.acceptSymbol("=")) {
      return Operator.EQUAL;
    }
    if (cursor.acceptSymbol("!")) {
      cursor.expectSymbol("=");
      return Operator.NOT_EQUAL;
    }
    if (cursor.acceptSymbol("<")) {
      return cursor.acceptSymbol(">")
          ? Operator.NOT_EQUAL
          : cursor.acceptSymbol("=") ? Operator.LESS_OR_EQUAL : Operator.LESS;
    }
    if (cursor.acceptSymbol(">")) {
      return cursor.acceptSymbol("=") ? Operator.GREATER_OR_EQUAL : Operator.GREATER;
    }
    throw cursor.unexpected("=, <>, <, <=, >, >=, IN or IS NULL");
  }

  /** As text; what it stands for depends on the column. */
  private String literal() {
    boolean typed = cursor.peek().isWord("date") || cursor.peek().isWord("timestamp");
    if (typed && cursor.peek(1).kind() == Kind.STRING) {
      Token unused = cursor.take();
    }
    boolean minus = cursor.acceptSymbol("-");
    Token token = cursor.peek();
    boolean known =
        token.kind() == Kind.NUMBER
            || (!minus && token.kind() == Kind.STRING)
            || (!minus && (token.isWord("true") || token.isWord("false")));
    if (!known) {
      throw cursor.unexpected("a value");
    }
    return (minus ? "-" : "") + cursor.take().value();
  }
}
