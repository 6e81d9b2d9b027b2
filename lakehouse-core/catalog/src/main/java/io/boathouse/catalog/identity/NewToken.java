package io.boathouse.catalog.identity;

/** A token at the one moment when its value is known. Prints without it. */
public record NewToken(Token token, String value) {
  @Override
  public String toString() {
    return "NewToken[token=" + token + ", value=***]";
  }
}
