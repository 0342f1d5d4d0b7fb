// The three places that answer as EC2 and SNS do, and a case that is asked of each.
import { CreateSecurityGroupCommand, CreateVpcCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { CreateTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { createAccount } from '../../../lib/sandbox/index.ts';
import { serve } from '../../../lib/sandbox/server.ts';
import { connect } from '../aws.ts';

export const NAMES = ['sandbox', 'moto', 'ministack'] as const;
export type Name = (typeof NAMES)[number];

export interface Place {
  readonly ec2: EC2Client;
  readonly sns: SNSClient;
  readonly topicArn: string;
  /** The id of a new group in a VPC that is not the default one. */
  readonly newGroup: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Something that AWS documents and the bot relies on. */
export interface Case {
  readonly claim: string;
  readonly url: string;
  /** What is seen when it is tried. */
  readonly observe: (place: Place) => Promise<unknown>;
  /** What is seen on AWS. */
  readonly documented: unknown;
  /** Where something else is seen. */
  readonly deviates?: readonly Exclude<Name, 'sandbox'>[];
}

const REGION = 'ca-central-1';
let groups = 0;

/** A place of its own in an emulator that runs already. */
export async function emulated(url: string): Promise<Place> {
  const { ec2, sns } = connect(url, REGION);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'conformance' }));
  return { ...placeIn(ec2, sns, Vpc?.VpcId ?? '', TopicArn), close: async () => undefined };
}

export async function sandboxed(): Promise<Place> {
  const account = {
    accountId: '111122223333',
    region: REGION,
    vpcs: ['vpc-0other'],
    topics: ['conformance'],
  };
  const server = await serve(createAccount(account));
  const { ec2, sns } = connect(server.url, REGION);
  const topicArn = `arn:aws:sns:${REGION}:111122223333:conformance`;
  return { ...placeIn(ec2, sns, 'vpc-0other', topicArn), close: server.close };
}

function placeIn(ec2: EC2Client, sns: SNSClient, VpcId: string, topicArn: string) {
  const newGroup = async () => {
    const input = { GroupName: `conformance-${++groups}`, Description: 'a test', VpcId };
    return (await ec2.send(new CreateSecurityGroupCommand(input))).GroupId ?? '';
  };
  return { ec2, sns, topicArn, newGroup };
}

/** The code of the error that a call ends with; undefined if it does not. */
export async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
