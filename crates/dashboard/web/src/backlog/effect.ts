/** What a move would do to others, as sentences. Knows no React; the words are told to it. */

import type { PreviewMoveResponse } from "../api/gen/koepel/v1/backlog_pb";

export interface Effect {
  /** Whether it would move something that is not of the item's own domain. */
  readonly moves: "nothing" | "own" | "others";
  readonly passed: number;
  readonly domains: readonly { readonly domain: string; readonly items: number }[];
  readonly from: number;
  readonly to: number;
  /** Keys of pinned items that it would go past. */
  readonly pinned: readonly string[];
  readonly decisions: readonly string[];
}

type Preview = Pick<PreviewMoveResponse, "fromPlace" | "toPlace" | "fromDomainPlace" | "toDomainPlace" | "passedTotal" | "decisions"> & {
  readonly passed: readonly { readonly key: string; readonly pinned: boolean }[];
  readonly domains: readonly { readonly domain: string; readonly items: number }[];
};

/** `whole`: in the overarching order; otherwise in the sub-backlog of `domain`. */
export function effectOf(preview: Preview, whole: boolean, domain: string): Effect {
  const [from, to] = whole ? [preview.fromPlace, preview.toPlace] : [preview.fromDomainPlace, preview.toDomainPlace];
  const others = preview.domains.some((one) => one.domain !== domain && one.items > 0);
  return {
    moves: from === to && preview.passedTotal === 0 ? "nothing" : others ? "others" : "own",
    passed: preview.passedTotal,
    domains: preview.domains.filter(({ items }) => items > 0),
    from,
    to,
    pinned: whole ? [] : preview.passed.filter(({ pinned }) => pinned).map(({ key }) => key),
    decisions: preview.decisions,
  };
}
