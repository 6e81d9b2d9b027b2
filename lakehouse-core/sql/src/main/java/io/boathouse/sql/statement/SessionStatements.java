package io.boathouse.sql.statement;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.SessionStatement;
import io.boathouse.sql.warehouse.Session;
import io.boathouse.sql.warehouse.SessionService;
import io.boathouse.sql.warehouse.SessionSetting;
import java.util.List;
import java.util.Optional;

/** USE, SET and RESET: what they say holds for the later statements of the session. */
final class SessionStatements {
  private final SessionService sessions;
  private final SecurableService securables;

  SessionStatements(SessionService sessions, SecurableService securables) {
    this.sessions = sessions;
    this.securables = securables;
  }

  void run(Caller caller, SessionStatement statement, StatementRequest request, RowSink sink) {
    String id =
        request
            .session()
            .map(open -> open.id().toString())
            .orElseThrow(
                () ->
                    StatementErrors.unsupported(
                        statement.kind() + " without a session",
                        "Open a session and send its session_id, or send catalog and schema with"
                            + " the statement."));
    switch (statement) {
      case SessionStatement.UseCatalog use -> {
        Securable catalog = find(caller, SecurableType.CATALOG, FullName.of(use.name()));
        Session unused =
            sessions.use(
                caller,
                id,
                new NameDefaults(catalog.name().name(), NameDefaults.STANDARD.schema()));
        sink.columns(List.of());
      }
      case SessionStatement.UseSchema use -> {
        Securable schema =
            find(caller, SecurableType.SCHEMA, request.defaults().schema(use.name()));
        Session unused =
            sessions.use(
                caller, id, new NameDefaults(schema.name().catalog(), schema.name().name()));
        sink.columns(List.of());
      }
      case SessionStatement.Set set -> {
        Session unused = sessions.set(caller, id, set.name(), set.value());
        show(unused, Optional.of(set.name()), sink);
      }
      case SessionStatement.Reset reset -> {
        Session unused = sessions.reset(caller, id, reset.name());
        sink.columns(List.of());
      }
      case SessionStatement.ShowSettings show -> show(sessions.get(caller, id), show.name(), sink);
    }
  }

  private Securable find(Caller caller, SecurableType type, FullName name) {
    return securables.get(caller, type, name);
  }

  private static void show(Session session, Optional<String> name, RowSink sink) {
    sink.columns(ListingStatements.texts("key", "value"));
    boolean unused = true;
    for (SessionSetting setting : SessionSetting.values()) {
      if (name.isEmpty() || setting.label().equalsIgnoreCase(name.get())) {
        unused &= sink.row(List.of(setting.label(), session.value(setting)));
      }
    }
  }
}
