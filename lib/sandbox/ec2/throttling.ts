// EC2's request throttling: a bucket of tokens for each kind of call, of one account and region
// (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
import type { Account } from '../account.ts';
import type { Bucket } from '../account-state.ts';
import { ServiceError } from '../faults.ts';

/** The buckets of the calls that this bot makes: filtered and paged reads, and changes of rules. */
export function ec2Buckets(now: number): Bucket[] {
  const bucket = (holds: Bucket['holds'], size: number, perSecond: number) => ({
    ...{ holds, size, perSecond },
    tokens: size,
    at: now,
  });
  return [
    bucket((api) => /^(Describe|Get)/.test(api), 100, 20),
    bucket((api) => /^(Revoke|Authorize)/.test(api), 50, 5),
  ];
}

/** Takes a token; throws RequestLimitExceeded where there is none. */
export function takeToken({ buckets }: Account, api: string, now: number): void {
  for (const bucket of buckets.filter(({ holds }) => holds(api))) {
    const added = ((now - bucket.at) / 1000) * bucket.perSecond;
    bucket.tokens = Math.min(bucket.size, bucket.tokens + added);
    bucket.at = now;
    if (bucket.tokens < 1) throw new ServiceError('RequestLimitExceeded', 'Request limit exceeded.');
    bucket.tokens -= 1;
  }
}
