// Stands in for @aws-sdk/credential-provider-node in the bundle.
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
