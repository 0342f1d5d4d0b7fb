// Whom messages are for, as the owner of a deployment says it: plain values that need no cleaning.

/** Everything here may be missing. */
export interface Audience {
  /** Whom to ask, such as `#cloud-security (https://wiki.example.com/portcullis)`. */
  readonly contact?: string;
  /** A link into an account, with `{account}` and, for one of its pages, `{destination}`. */
  readonly portal?: string;
  /** The IANA time zone in which messages give times beside UTC. */
  readonly timeZone?: string;
  /** The key of the tag of a group that its messages carry as the attribute `routing`. */
  readonly routingTag?: string;
}

type Key = keyof Audience;

/** More than this is no name of somebody to ask. */
const LONGEST_CONTACT = 200;

/** What each value may be. */
const CHECKS: Readonly<Record<Key, (value: string) => string | undefined>> = {
  contact: (value) =>
    /[\p{Cc}\p{Cf}]/u.test(value) || value.length > LONGEST_CONTACT
      ? `this is not a contact: use one line of at most ${LONGEST_CONTACT} characters, such as #cloud-security`
      : undefined,
  portal: (value) =>
    /^https:\/\/\S+$/.test(value) && value.includes('{account}')
      ? undefined
      : `\`${value}\` is not a link: use an https link with {account} in it, and with {destination} where the page of the group is to stand`,
  timeZone: (value) =>
    isTimeZone(value)
      ? undefined
      : `\`${value}\` is not a time zone: use one of the IANA database, such as Europe/Berlin`,
  routingTag: (value) =>
    value.length <= 128 ? undefined : 'this is not a tag key: use at most 128 characters, such as team',
};

/** What is wrong with one value; undefined for nothing. */
export function audienceProblem(key: Key, value: string): string | undefined {
  return CHECKS[key](value);
}

type Parsed =
  | { readonly ok: true; readonly audience: Audience }
  | { readonly ok: false; readonly key: Key; readonly problem: string };

/** The values that are set, or what is wrong with the first bad one. An empty text is none. */
export function parseAudience(values: Readonly<Record<Key, string | undefined>>): Parsed {
  const given = (Object.keys(CHECKS) as Key[]).flatMap((key) => {
    const value = values[key];
    return value === undefined || value === '' ? [] : [{ key, value }];
  });
  for (const { key, value } of given) {
    const problem = audienceProblem(key, value);
    if (problem !== undefined) return { ok: false, key, problem };
  }
  return { ok: true, audience: Object.fromEntries(given.map(({ key, value }) => [key, value])) };
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    // Offsets such as +02:00 are zones to Intl, and have no name to show.
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}
