// Asking flow logs, as it would be deployed without settings: there, and asleep.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const template = () =>
  JSON.parse(readFileSync('.serverless/cloudformation-template-update-stack.json', 'utf8'));

it('flow logs are asked every five minutes where settings name some, and else never', () => {
  const { Resources, Conditions } = template();

  expect(Conditions.HasFlowLogs).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] });
  expect(Resources.EvidenceEventsRuleSchedule1.Properties).toMatchObject({
    ScheduleExpression: 'rate(5 minutes)',
    State: { 'Fn::If': ['HasFlowLogs', 'ENABLED', 'DISABLED'] },
  });
  expect(Resources.EvidencePolicy).toBeUndefined();
});

it('the role reads the network around a group only where messages say what could be reached', () => {
  const { Resources, Conditions } = template();

  expect(Conditions.LooksAround).toEqual({ 'Fn::Equals': ['on', 'on'] });
  expect(Resources.ExposurePolicy.Condition).toBe('LooksAround');
});
