package io.boathouse.catalog.identity;

/** A secret at the one moment when its value is known. Prints without it. */
public record NewClientSecret(ClientSecret secret, String value) {
  @Override
  public String toString() {
    return "NewClientSecret[secret=" + secret + ", value=***]";
  }
}
