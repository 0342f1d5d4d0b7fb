// What a test runs right before an operation, so that something happens while a caller is in mid-flight.
import type { Account } from './account.ts';

/**
 * Runs something right before the next operations of that name are carried out: after the request was accepted,
 * before it looks at the account. Requests that fail by a fault, by throttling or as a dry run do not count.
 */
export function runBefore(account: Account, api: string, run: () => void, times = 1): void {
  account.hooks.push({ api, run, times });
}

/** Runs the hooks that are due before this operation, in the order in which they were added. */
export function runHooks(account: Account, api: string): void {
  const due = account.hooks.filter((hook) => hook.api === api && hook.times > 0);
  for (const hook of due) {
    // First counted, so that a hook may carry out the same operation itself.
    hook.times -= 1;
    hook.run();
  }
}
