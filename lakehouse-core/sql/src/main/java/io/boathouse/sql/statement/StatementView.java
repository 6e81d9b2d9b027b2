package io.boathouse.sql.statement;

import java.util.UUID;

/** A statement as its owner sees it. */
public record StatementView(UUID id, StatementState state) {}
