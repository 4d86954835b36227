/** Ids that follow from names, for people who do not want to think of one. */

/** `back-office` of `Back office`; empty if nothing is left. */
export function idFrom(name: string): string {
  const plain = name
    .toLocaleLowerCase()
    .replace(/æ/g, "ae")
    .replace(/ø/g, "o")
    .replace(/ß/g, "ss")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

/** `BACKOFFICE` of `back-office`, as the server makes it. */
export function keyFrom(id: string): string {
  return id.replace(/-/g, "").toUpperCase().slice(0, 20);
}

/** The id, or the first one after it that is free. */
export function freeId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  for (let next = 2; ; next += 1) {
    const tried = `${id.slice(0, 36)}-${next}`;
    if (!taken.has(tried)) return tried;
  }
}
