// What the functions of a deployment are given.
export const ENVIRONMENT = {
  MODE: 'enforce',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:portcullis',
  TRIM_LIMIT: '10',
  EXPOSURE: 'on',
  MAX_RECEIVES: '5',
  BREAKER_LIMIT: '100',
  BREAKER_MINUTES: '15',
  STAGE: 'prod',
  LEDGER_TABLE: 'ledger',
  AWS_REGION: 'eu-west-1',
};
