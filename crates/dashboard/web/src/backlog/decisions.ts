/** Decisions that a sentence of the history names, in whichever language it is. */

/** Their numbers, each once. */
export function decisionsIn(text: string): readonly string[] {
  const found = [...text.matchAll(/\b(?:decisions?|besluit|beslutning(?:en)?)\s+(?:no\.?\s*|nr\.?\s*|#)?(\d{1,9})\b/giu)];
  const paths = [...text.matchAll(/\bdecisions\/(\d{1,9})\b/g)];
  return [...new Set([...found, ...paths].flatMap(([, id]) => (id ? [id] : [])))];
}
