// Stands in for one of the SDK's two parsers of timestamps: the other reads the same formats.
export {
  _parseEpochTimestamp as parseEpochTimestamp,
  _parseRfc3339DateTimeWithOffset as parseRfc3339DateTime,
  _parseRfc3339DateTimeWithOffset as parseRfc3339DateTimeWithOffset,
  _parseRfc7231DateTime as parseRfc7231DateTime,
} from '@smithy/core/serde';

export const dateToUtcString = (date: Date): string => date.toUTCString();
