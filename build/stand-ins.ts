// What the handlers never reach in the libraries they use, and what is bundled in its place.
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'rolldown';

const SMITHY = '@smithy/core/dist-es/submodules';

/** Modules by their path in node_modules; each stand-in says why it suffices. */
export const STAND_INS: Readonly<Record<string, string>> = {
  '@aws-lambda-powertools/logger/lib/esm/logBuffer.js': 'log-buffer.ts',
  '@aws-sdk/credential-provider-node/dist-es/index.js': 'credentials.ts',
  '@aws-sdk/endpoint-cache/dist-es/index.js': 'endpoint-cache.ts',
  [`${SMITHY}/event-streams/index.js`]: 'event-streams.ts',
  '@smithy/signature-v4/dist-es/HeaderFormatter.js': 'header-formatter.ts',
  [`${SMITHY}/config/shared-ini-file-loader/loadSharedConfigFiles.js`]: 'shared-config.ts',
  [`${SMITHY}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`]: 'instance-metadata.ts',
  [`${SMITHY}/retry/util-retry/AdaptiveRetryStrategy.js`]: 'adaptive-retry.ts',
  [`${SMITHY}/checksum/sha256/Sha256Js.js`]: 'sha256.ts',
  [`${SMITHY}/serde/date-utils.js`]: 'dates.ts',
  [`${SMITHY}/serde/util-body-length/calculateBodyLength.js`]: 'body-length.ts',
};

/** Bundles the stand-ins instead of what they stand in for. */
export function standIns(): Plugin {
  return {
    name: 'stand-ins',
    load: {
      filter: { id: /\/node_modules\// },
      handler: (id) => {
        const [path = ''] = id.split('/node_modules/').slice(-1);
        const file = STAND_INS[path];
        if (file === undefined) return null;
        return `export * from ${JSON.stringify(fileURLToPath(new URL(`stand-ins/${file}`, import.meta.url)))};`;
      },
    },
  };
}
