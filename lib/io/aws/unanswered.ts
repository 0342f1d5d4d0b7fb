// The SDK sends a request again by itself where the first was not answered, and throws what the last of them came to: that this
// one was refused says nothing of the first, which may have been carried out.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { asError, isRefusal } from './errors.ts';

/** The client, each of whose errors is no refusal if any of the requests before it was not answered. */
export function watched(ec2: EC2Client): EC2Client {
  const watch =
    <Args extends object, Result>(next: (args: Args) => Promise<Result>, call: Call) =>
    async (args: Args): Promise<Result> => {
      try {
        return await next(args);
      } catch (thrown) {
        const error = asError(thrown);
        call.isUnanswered ||= !isRefusal(error);
        throw Object.assign(error, { isUnanswered: call.isUnanswered });
      }
    };
  const eachRequest = { relation: 'after', toMiddleware: 'retryMiddleware' } as const;
  ec2.middlewareStack.addRelativeTo(watch, { name: 'unanswered', override: true, ...eachRequest });
  return ec2;
}

/** What the SDK keeps of a call from request to request. */
interface Call {
  readonly commandName?: string;
  isUnanswered?: boolean;
}
