package io.boathouse.catalog.commit;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.http.Request;

/** Where the parts of Unity Catalog's Delta API are. */
public final class DeltaPaths {
  /** Where it begins. */
  public static final String BASE = "/api/2.1/unity-catalog/delta/v1";

  static final String SCHEMA = BASE + "/catalogs/:catalog/schemas/:schema";

  /** One table. */
  public static final String TABLE = SCHEMA + "/tables/:table";

  private DeltaPaths() {}

  static FullName schema(Request request) {
    return FullName.of(request.pathParam("catalog"), request.pathParam("schema"));
  }

  /** The table that a path names. */
  public static FullName table(Request request) {
    return schema(request).child(request.pathParam("table"));
  }
}
