package io.boathouse.sql.statement;

/**
 * In which format a result is written and how it is handed over.
 *
 * @param disposition where the rows are
 * @param format how they are written
 */
public record ResultForm(Disposition disposition, Format format) {
  /** Rows as JSON in the reply itself. */
  public static final ResultForm STANDARD = new ResultForm(Disposition.INLINE, Format.JSON_ARRAY);

  /** Where the rows of a result are. */
  public enum Disposition {
    /** In the reply. */
    INLINE,
    /** Behind signed addresses. */
    EXTERNAL_LINKS,
    /** In the reply if they are few. */
    INLINE_OR_EXTERNAL_LINKS
  }

  /** How rows are written. */
  public enum Format {
    /** An array of arrays of texts. */
    JSON_ARRAY,
    /** Each chunk is a whole Arrow IPC stream. */
    ARROW_STREAM,
    /** RFC 4180, with the names of the columns before the first row. */
    CSV
  }
}
