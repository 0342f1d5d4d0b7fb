// What the doctor may send: the code, the clients that refuse all else, and the policy for whoever runs it say the same.
import { readFileSync } from 'node:fs';
import { StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { makeClients, READS } from '../../../cli/doctor/clients.ts';

const actions = Object.entries(READS).flatMap(([service, names]) =>
  names.map((name) => `${service}:${name}`),
);

it('iam/reader.json allows each of its calls, and no other', () => {
  const { Statement }: { Statement: readonly { Action: readonly string[] }[] } = JSON.parse(
    readFileSync('iam/reader.json', 'utf8'),
  );

  expect(Statement.flatMap(({ Action }) => Action).toSorted()).toEqual(actions.toSorted());
});

it('sends each of them, and no other', () => {
  const files = [
    ...['trails', 'deployed', 'monitoring', 'left-behind', 'stack', 'caller', 'prefix-lists', 'flow-logs'],
  ];
  const code = files.map((name) => readFileSync(`lib/io/aws/${name}.ts`, 'utf8')).join('\n');
  const sent = [...code.matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)].map(([, one, all]) => one ?? all);

  // The ledger's own are in its room, with those of the functions.
  const expected = Object.entries(READS).flatMap(([service, names]) => (service === 'dynamodb' ? [] : names));
  expect([...new Set(sent)].toSorted()).toEqual(expected.toSorted());
});

it('only reads: its clients refuse what is not listed, before it is sent', async () => {
  const { dynamodb, cloudtrail } = makeClients({ region: 'eu-west-1' });

  await expect(dynamodb.send(new PutItemCommand({ TableName: 'ledger', Item: {} }))).rejects.toThrow(
    'the doctor only reads, and would send dynamodb:PutItem',
  );
  await expect(cloudtrail.send(new StopLoggingCommand({ Name: 'all' }))).rejects.toThrow(
    'cloudtrail:StopLogging',
  );
  expect(actions.filter((action) => !/:(Describe|Get|List|Lookup|Query)/.test(action))).toEqual([]);
});
