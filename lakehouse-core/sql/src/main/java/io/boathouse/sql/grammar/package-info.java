/** The statements that are ours: DDL, grants, SHOW/DESCRIBE, DML targets, maintenance. */
@NullMarked
package io.boathouse.sql.grammar;

import org.jspecify.annotations.NullMarked;
