/** A token that a link offers, behind `#`, where no server sees it: `koepel demo` prints such links. It is used when its owner says so. */

export function tokenOffered(hash: string): string | undefined {
  const found = /^#token=(koepel_[A-Za-z0-9_-]{20,100})$/.exec(hash);
  return found?.[1];
}
