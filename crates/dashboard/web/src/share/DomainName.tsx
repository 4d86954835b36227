/** A domain as a share link may call it: by its id, as its name is not told. */

import { idOf } from "../api/names";
import parts from "../design/parts.module.css";

/** The same colour for the same id, whatever else is on the page. */
function swatch(name: string): number {
  let sum = 0;
  for (const letter of idOf(name)) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return (sum % 8) + 1;
}

export function DomainName({ name }: { name: string }) {
  return (
    <span className={parts.domain}>
      <span className={parts.swatch} style={{ "--swatch": `var(--domain-${swatch(name)})` } as React.CSSProperties} />
      <span>{idOf(name)}</span>
    </span>
  );
}
