// The sandbox: an AWS account in memory that behaves as EC2, SNS and DynamoDB do where this bot can notice.
export { type Account, createAccount, topicArn } from './account.ts';
export type { Call } from './account-state.ts';
export { dynamoOf, ec2Of, logsOf, snsOf } from './clients.ts';
export { inForce } from './ec2/rule-store.ts';
export { ec2Buckets } from './ec2/throttling.ts';
export { fail, ServiceError } from './faults.ts';
export { runBefore } from './hooks.ts';
export { addAssociation, addGroup, addRule, addVpc, changeRule, removeRule } from './seed.ts';
