/**
 * What this page wrote and has to read: the greatest version of each product that a receipt of ours told. Queries wait for
 * it, so that nobody's own change seems lost.
 */

const seen = new Map<string, bigint>();

export function wrote(product: string, version: bigint): void {
  if (version > (seen.get(product) ?? 0n)) seen.set(product, version);
}

/** The version that an answer about this product has to show; 0 for any. */
export function mustShow(product: string): bigint {
  return seen.get(product) ?? 0n;
}
