// Stands in for the SDK's adaptive retries, which AWS_RETRY_MODE can ask for: here they are the standard ones. EC2's own
// limits are kept by lib/io/aws/ec2-rate-limit.ts.
export { StandardRetryStrategy as AdaptiveRetryStrategy } from '@smithy/core/retry';
