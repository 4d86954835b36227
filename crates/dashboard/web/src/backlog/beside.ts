/** Which sub-backlog stands beside the overarching one, as the address says it. */

export interface Shown {
  readonly name: string;
  readonly domainPo: string;
  readonly deputy: string;
}

/** The part of the address that says that none does. */
export const CLOSED = "-";

/** Empty for none. Without a word of the address: the reader's own, else the first. */
export function besideOf(text: string | null, domains: readonly Shown[], reader: string): string {
  if (text === CLOSED) return "";
  const named = domains.find(({ name }) => text !== null && name.endsWith(`/domains/${text}`));
  const own = reader === "" ? undefined : (domains.find(({ domainPo }) => domainPo === reader) ?? domains.find(({ deputy }) => deputy === reader));
  return (named ?? own ?? domains[0])?.name ?? "";
}
