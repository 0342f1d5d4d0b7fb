// Stands in for Powertools' buffer of log lines, which only a logger with `logBufferOptions` fills: none here has them.
export class CircularMap extends Map<string, never> {
  /** The options of the real one are no entries. */
  constructor(_: object) {
    super();
  }
}
