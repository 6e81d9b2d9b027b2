package io.boathouse.sql.warehouse;

import io.boathouse.platform.auth.Caller;
import java.util.List;

/** Lists warehouses. Every principal may use the default one; what it reads decides the rest. */
public final class WarehouseService {
  private final Warehouse standard;

  /** A server with its default warehouse. */
  public WarehouseService(int concurrency) {
    this.standard = new Warehouse(Warehouse.DEFAULT_ID, "Default warehouse", concurrency);
  }

  /** All warehouses that the caller may use. */
  public List<Warehouse> list(Caller caller) {
    return List.of(standard);
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is none of this id
   */
  public Warehouse get(Caller caller, String id) {
    if (!id.equals(standard.id())) {
      throw WarehouseErrors.notFound(id);
    }
    return standard;
  }
}
