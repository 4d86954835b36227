/** Where in a sentence its subject stands, so that it can be made a link. Knows no page. */

/** What stands before, the subject's id, and what stands after; `undefined` if the sentence does not name it. */
export function aroundSubject(sentence: string, id: string): readonly [string, string, string] | undefined {
  if (!id) return undefined;
  let at = sentence.indexOf(id);
  while (at >= 0) {
    const before = sentence[at - 1] ?? " ";
    const after = sentence[at + id.length] ?? " ";
    if (!/[\p{L}\d-]/u.test(before) && !/[\p{L}\d-]/u.test(after)) return [sentence.slice(0, at), id, sentence.slice(at + id.length)];
    at = sentence.indexOf(id, at + 1);
  }
  return undefined;
}
