/**
 * What the next answers have to show: the greatest version of each product that this page wrote, or was told of. Queries wait
 * for it, so that nobody's own change seems lost, and nothing that news was of is shown as it was before.
 */

const seen = new Map<string, bigint>();

/** A version that was written, or told of. */
export function known(product: string, version: bigint): void {
  if (version > (seen.get(product) ?? 0n)) seen.set(product, version);
}

/** The version that an answer about this product has to show; 0 for any. */
export function mustShow(product: string): bigint {
  return seen.get(product) ?? 0n;
}

/** Forgets it: the log is not the one of before, or its reader. */
export function forgetVersions(): void {
  seen.clear();
}
