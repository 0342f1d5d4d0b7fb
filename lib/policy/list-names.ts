// What policies call prefix lists by: an id, or the name of a list of the account itself or of AWS.

/** Older ids have eight digits (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html). */
const ID = /^pl-([\da-f]{8}|[\da-f]{17})$/;
const WORDS: readonly string[] = ['private', 'vpc', 'world', 'public', 'any'];
/** What begins or looks like an address, or like the id of something else, is a slip and no name. */
const NO_NAME = /^(pl|sg|vpc|subnet)-|^\d+(\.|$)|[:/]|^!|^\s|\s$/i;

/** True for the id of a prefix list, and for what can be the name of one; false for a block or a word of the language. */
export function isListReference(text: string): boolean {
  return (
    isListId(text) || (text !== '' && text.length <= 255 && !WORDS.includes(text) && !NO_NAME.test(text))
  );
}

/** True for the id of a prefix list. */
export function isListId(text: string): boolean {
  return ID.test(text);
}
