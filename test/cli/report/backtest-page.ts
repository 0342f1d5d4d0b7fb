// The page of a backtest, made by the command.
import { file, portcullis } from '../portcullis.ts';

/** The page of a trail. */
export async function backtestPageOf(
  records: readonly object[],
  SecurityGroups: readonly object[],
  ...words: readonly string[]
) {
  const events = file('trail.json', { Records: records });
  const from = file('groups-now.json', { SecurityGroups });
  return portcullis(['backtest', '--events', events, '--from', from, '--format', 'html', ...words]);
}
