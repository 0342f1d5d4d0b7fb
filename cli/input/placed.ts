// Which region of AWS a command without a deployment is about.
import { type Connection, clientOptions, connectEc2 } from './live.ts';
import { onlyRegionIn } from './stage-settings.ts';

/**
 * The connection with its region: the one that is named, or else that of the environment or of the AWS configuration, or else the only one
 * of the settings. Without any of these the region is left out, and what asks AWS says that it is missing.
 */
export async function placed(connection: Connection, settings: string | undefined): Promise<Connection> {
  const known = await connectEc2(connection)
    .config.region()
    .catch(() => undefined);
  return clientOptions({ ...connection, region: known || (settings ? onlyRegionIn(settings) : undefined) });
}
