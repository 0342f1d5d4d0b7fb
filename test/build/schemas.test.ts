import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCHEMAS } from '../../build/schemas.ts';

describe('the schemas for editors', () => {
  it.each(SCHEMAS)('%s is what `npm run schemas` makes of the definitions', (file, text) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('describe every key that a policy may have', () => {
    const schema = JSON.parse(readFileSync('policies/policy.schema.json', 'utf8'));

    expect(Object.keys(schema.properties)).toEqual([
      ...['id', 'title', 'severity', 'description', 'references', 'scope', 'match'],
      ...['action', 'otherwise', 'mode', 'grace', 'exceptions'],
    ]);
    expect(schema.additionalProperties).toBe(false);
  });
});
