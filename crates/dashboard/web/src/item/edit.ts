/**
 * A field while somebody edits it and others may change it too. What was typed is never lost: what somebody else wrote
 * meanwhile stands beside it until the reader says which of the two it is to be.
 */

export interface Edit<V> {
  /** What was there when the typing began. */
  readonly base: V;
  /** The version of the item up to which the reader has seen it. */
  readonly seen: bigint;
  /** What somebody else wrote meanwhile, and at which version. */
  readonly theirs?: { readonly value: V; readonly version: bigint };
}

export function begin<V>(value: V, version: bigint): Edit<V> {
  return { base: value, seen: version };
}

/** The item is at a later version now. If this field is untouched, the edit goes on as if nothing had happened. */
export function meet<V>(edit: Edit<V>, value: V, version: bigint, isSame: (one: V, other: V) => boolean): Edit<V> {
  if (version <= edit.seen || (edit.theirs && version <= edit.theirs.version)) return edit;
  if (isSame(value, edit.base)) return { base: edit.base, seen: version };
  return { ...edit, theirs: { value, version } };
}

/** The reader has seen what is there now, and stays with what they typed. */
export function takeMine<V>(edit: Edit<V>): Edit<V> {
  return edit.theirs ? { base: edit.theirs.value, seen: edit.theirs.version } : edit;
}
