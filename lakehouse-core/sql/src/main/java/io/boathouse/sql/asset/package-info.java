/** Saved queries, dashboards, alerts, metric views. */
@NullMarked
package io.boathouse.sql.asset;

import org.jspecify.annotations.NullMarked;
