// The sandbox: an AWS account in memory that behaves as EC2, SNS and DynamoDB do where this bot can notice.
export { type Account, type AccountOptions, type Call, createAccount } from './account.ts';
export { type Bucket, ec2Buckets } from './buckets.ts';
export { dynamoOf, ec2Of, snsOf } from './clients.ts';
export { fail, ServiceError } from './faults.ts';
export { addGroup, addRule } from './fill.ts';
export type { Publication } from './publish.ts';
export { inForce } from './store.ts';
