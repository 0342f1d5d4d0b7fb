// Exceptions added to the text of a policy file or of settings. Nothing else of it changes: comments, order and style stay as they are.
import { isDeepStrictEqual } from 'node:util';
import { parsePolicyFile } from '../../lib/policy/policy-file.ts';
import type { PolicyDocument } from '../../lib/policy/schema.ts';
import type { SettingsDocument } from '../../lib/settings/schema.ts';
import { parseSettings } from '../../lib/settings/settings-file.ts';
import { InputError } from '../input/input.ts';
import { insertItems } from './insert-items.ts';

type Exceptions = Readonly<NonNullable<PolicyDocument['exceptions']>>;

/** The text of a policy file with the exceptions at the end of its list; throws InputError where lines alone cannot add them. */
export function addExceptions(file: string, text: string, added: Exceptions): string {
  const changed = insertItems(text, ['exceptions'], added);
  const [before, after] = [text, changed].map((one) => parsePolicyFile(file, one));
  const isAdded =
    before?.ok === true &&
    after?.ok === true &&
    isDeepStrictEqual(after.value, {
      ...before.value,
      exceptions: [...(before.value.exceptions ?? []), ...added],
    });
  if (isAdded) return changed;
  throw new InputError(`${file}: ${BY_HAND}`);
}

/** The text of settings with the exceptions added to a shipped policy; throws InputError where lines alone cannot add them. */
export function addToSettings(file: string, text: string, id: string, added: Exceptions): string {
  const changed = insertItems(text, ['shipped', id, 'exceptions'], added);
  const [before, after] = [text, changed].map((one) => parseSettings(file, one));
  const isAdded =
    before?.ok === true &&
    after?.ok === true &&
    isDeepStrictEqual(after.value, withAdded(before.value, id, added));
  if (isAdded) return changed;
  throw new InputError(`${file}: ${BY_HAND}`);
}

const BY_HAND = 'its list of exceptions is not one item below the other: add them by hand';

function withAdded(settings: SettingsDocument, id: string, added: Exceptions): SettingsDocument {
  const override = settings.shipped[id] ?? {};
  const exceptions = [...(override.exceptions ?? []), ...added];
  return { ...settings, shipped: { ...settings.shipped, [id]: { ...override, exceptions } } };
}
