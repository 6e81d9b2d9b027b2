package io.boathouse.catalog.grant;

import java.util.UUID;

/** The two groups that every installation has; their ids are the same everywhere. */
public final class BuiltInGroups {
  /** Members may do everything. */
  public static final UUID ADMINS_ID = UUID.fromString("00000000-0000-4000-8000-000000000001");

  public static final String ADMINS = "admins";

  /** Every active principal belongs to it without being listed. */
  public static final UUID EVERYBODY_ID = UUID.fromString("00000000-0000-4000-8000-000000000002");

  public static final String EVERYBODY = "account users";

  private BuiltInGroups() {}
}
