package io.boathouse.table.maintain;

/** The meters of tables. */
enum TableMeter {
  /** Counts what was done for tables in the background, by task and outcome. */
  UPKEEP("boathouse.table.upkeep"),
  /** How many tables wait for it. */
  UPKEEP_WAITING("boathouse.table.upkeep.waiting");

  private final String meterName;

  TableMeter(String meterName) {
    this.meterName = meterName;
  }

  String meterName() {
    return meterName;
  }
}
