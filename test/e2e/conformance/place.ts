// The three places that answer as EC2 and SNS do, and a case that is asked of each.
import {
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { addVpc, createAccount } from '../../../lib/sandbox/index.ts';
import { serve } from '../../../lib/sandbox/server.ts';
import { connect } from '../aws.ts';

export const NAMES = ['sandbox', 'moto', 'ministack'] as const;
export type Name = (typeof NAMES)[number];

export interface Place {
  readonly ec2: EC2Client;
  readonly sns: SNSClient;
  readonly topicArn: string;
  /** A list of the blocks of LISTED. */
  readonly prefixListId: string;
  /** The VPC of the groups that are not in the default one, with VPC_BLOCK as its block, and another one. */
  readonly vpcId: string;
  readonly otherVpcId: string;
  /** The id of a new group, in a VPC that is not the default one unless asked for. */
  readonly newGroup: (where?: { readonly isInDefaultVpc: true }) => Promise<string>;
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

export const VPC_BLOCK = '10.0.0.0/16';
export const LISTED: readonly string[] = ['10.1.0.0/16', '10.2.0.0/16'];
const REGION = 'ca-central-1';
let groups = 0;

/** A place of its own in an emulator that runs already. */
export async function emulated(url: string): Promise<Place> {
  const { ec2, sns } = connect(url, REGION);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: VPC_BLOCK }));
  const { Vpc: other } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'conformance' }));
  const { PrefixList } = await ec2.send(
    new CreateManagedPrefixListCommand({
      ...{ PrefixListName: 'conformance', AddressFamily: 'IPv4', MaxEntries: 10 },
      Entries: LISTED.map((Cidr) => ({ Cidr })),
    }),
  );
  return {
    ...{ ec2, sns, topicArn: TopicArn, prefixListId: PrefixList?.PrefixListId ?? '' },
    ...{ vpcId: Vpc?.VpcId ?? '', otherVpcId: other?.VpcId ?? '' },
    newGroup: (where) => newGroup(ec2, where?.isInDefaultVpc ? undefined : Vpc?.VpcId),
    close: async () => undefined,
  };
}

export async function sandboxed(): Promise<Place> {
  const vpc = 'vpc-0home';
  const otherVpcId = 'vpc-0other';
  const prefixListId = 'pl-0123456789abcdefa';
  const account = createAccount({
    ...{ accountId: '111122223333', region: REGION },
    topics: ['conformance'],
  });
  account.prefixLists.set(prefixListId, LISTED);
  addVpc(account, vpc, [VPC_BLOCK]);
  addVpc(account, otherVpcId, ['10.1.0.0/16']);
  const { url, close } = await serve(account);
  const { ec2, sns } = connect(url, REGION);
  const topicArn = `arn:aws:sns:${REGION}:111122223333:conformance`;
  return {
    ec2,
    sns,
    topicArn,
    prefixListId,
    ...{ vpcId: vpc, otherVpcId },
    newGroup: (where) => newGroup(ec2, where?.isInDefaultVpc ? undefined : vpc),
    close,
  };
}

async function newGroup(ec2: EC2Client, VpcId: string | undefined): Promise<string> {
  const input = { GroupName: `conformance-${++groups}`, Description: 'a test', VpcId };
  return (await ec2.send(new CreateSecurityGroupCommand(input))).GroupId ?? '';
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
