/** Text of people, as text: lines, lists, and links to the web. Never markup. */

import type { Line } from "./text";
import { blocksOf } from "./text";
import style from "./Prose.module.css";

export function Prose({ text }: { text: string }) {
  return (
    <div className={style.prose}>
      {blocksOf(text).map((block, index) => {
        // The blocks of a text have nothing to be told apart by but their place.
        /* oxlint-disable react/no-array-index-key */
        if (block.kind === "list") {
          return (
            <ul key={index}>
              {block.lines.map((line, row) => (
                <li key={row}>
                  <Parts line={line} />
                </li>
              ))}
            </ul>
          );
        }
        return (
          <p key={index} className={block.kind === "heading" ? style.heading : undefined}>
            {block.lines.map((line, row) => (
              <span key={row}>
                {row > 0 && <br />}
                <Parts line={line} />
              </span>
            ))}
          </p>
        );
        /* oxlint-enable react/no-array-index-key */
      })}
    </div>
  );
}

function Parts({ line }: { line: Line }) {
  return line.map((part, index) => {
    /* oxlint-disable react/no-array-index-key */
    switch (part.kind) {
      case "words":
        return <span key={index}>{part.text}</span>;
      case "strong":
        return <strong key={index}>{part.text}</strong>;
      case "link":
        return (
          <a key={index} href={part.href} title={part.href} rel="noreferrer noopener" target="_blank">
            {part.text}
          </a>
        );
    }
    /* oxlint-enable react/no-array-index-key */
  });
}
