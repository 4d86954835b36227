/** Where in a sentence its subject stands, so that it can be made a link. Knows no page. */

/** The most that stands before a number and says what it is the number of. */
const WORDS = 24;

/**
 * What stands before, the subject's id, and what stands after; `undefined` if the sentence does not name it. A number is taken
 * together with the words that it begins with: "Roadmap entry 5".
 */
export function aroundSubject(sentence: string, id: string): readonly [string, string, string] | undefined {
  if (!id) return undefined;
  let at = sentence.indexOf(id);
  while (at >= 0) {
    const before = sentence[at - 1] ?? " ";
    const after = sentence[at + id.length] ?? " ";
    if (!/[\p{L}\d-]/u.test(before) && !/[\p{L}\d-]/u.test(after)) {
      const from = /^\d+$/.test(id) && at <= WORDS ? 0 : at;
      return [sentence.slice(0, from), sentence.slice(from, at + id.length), sentence.slice(at + id.length)];
    }
    at = sentence.indexOf(id, at + 1);
  }
  return undefined;
}
