package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the story has found, for the report.
 *
 * @param calibration rows, predicted and observed share by decile
 * @param calibrationPlot a PNG image
 * @param why from the prediction to the file
 * @param prediction the id that was asked why
 */
record Findings(
    ModelPart.Compared compared,
    JsonNode calibration,
    byte[] calibrationPlot,
    ServingPart.Day day,
    AgentPart.Told told,
    PolicyPart.Shown shown,
    JsonNode why,
    String prediction) {
  Findings {
    calibrationPlot = calibrationPlot.clone();
  }

  @Override
  public byte[] calibrationPlot() {
    return calibrationPlot.clone();
  }

  /** The widest gap between what was predicted and what came, over the deciles. */
  double largestGap() {
    double largest = 0;
    for (JsonNode bin : calibration) {
      largest =
          Math.max(
              largest,
              Math.abs(bin.path("predicted").asDouble() - bin.path("observed").asDouble()));
    }
    return largest;
  }
}
