// What the metadata of a template says about its policies: enough to tell what another deployment changes, without their text.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ENGINE_VERSION } from '../policy/policy-key.ts';
import type { PolicyDocument } from '../policy/schema.ts';
import { SEVERITIES } from '../policy/severity.ts';

const policyManifest = z.object({
  id: z.string(),
  mode: z.enum(['enforce', 'dry-run', 'off']),
  action: z.enum(['revoke', 'trim', 'notify']),
  otherwise: z.enum(['notify', 'revoke']).optional(),
  grace: z.string().optional(),
  severity: z.enum(SEVERITIES),
  /** A hash of `match` and `scope`. */
  forbids: z.string(),
  /** A hash of what people read. */
  text: z.string(),
  /** Hashes of what is excused, each with its last day. */
  exceptions: z.array(z.object({ excuses: z.string(), expires: z.string() })),
});

const manifestSchema = z.object({
  /** Another number means another form of the manifest. */
  format: z.literal(1),
  release: z.string(),
  /** The commit of the clone; absent where it is no Git repository. */
  commit: z.string().optional(),
  /** The commit of the settings; absent where there are none, or they are in no Git repository. */
  settings: z.string().optional(),
  engine: z.number(),
  policies: z.array(policyManifest),
});

export type PolicyManifest = Readonly<z.infer<typeof policyManifest>>;
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** The key of the manifest in the metadata of a template. */
export const MANIFEST = 'Portcullis';

/** Where the code and the settings of a deployment come from. */
export type Origin = Pick<Manifest, 'release' | 'commit' | 'settings'>;

/** The manifest of a deployment with these policies. Their order, and that of their exceptions, says nothing. */
export function manifestOf(policies: readonly PolicyDocument[], origin: Origin): Manifest {
  const sorted = policies.map(toManifest).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { format: 1, ...origin, engine: ENGINE_VERSION, policies: sorted };
}

/** All that a manifest says of a policy, the same whoever has parsed it. */
export function policyDigest(policy: PolicyManifest): string {
  const { id, mode, action, otherwise = '', grace = '', severity, forbids, text, exceptions } = policy;
  const excused = exceptions.map(({ excuses, expires }) => [excuses, expires]);
  return hashOf([id, mode, action, otherwise, grace, severity, forbids, text, excused]);
}

const metadataSchema = z.object({ [MANIFEST]: manifestSchema });

/** The manifest in the metadata of a template; undefined where a release without manifests, or with other ones, made it. */
export function readManifest(metadata: unknown): Manifest | undefined {
  const parsed = metadataSchema.safeParse(metadata);
  return parsed.success ? parsed.data[MANIFEST] : undefined;
}

function toManifest(policy: PolicyDocument): PolicyManifest {
  const { id, mode, action, otherwise, grace, severity, match, scope, exceptions = [] } = policy;
  const { title, description, references } = policy;
  return {
    ...{ id, mode, action, severity },
    ...(otherwise === undefined ? {} : { otherwise }),
    ...(grace === undefined ? {} : { grace }),
    forbids: hashOf([match, scope ?? null]),
    text: hashOf([title, description, references]),
    exceptions: exceptions
      .map(({ reason: _, owner: __, expires, ...excused }) => ({ excuses: hashOf(excused), expires }))
      .toSorted((a, b) => (a.excuses + a.expires < b.excuses + b.expires ? -1 : 1)),
  };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
