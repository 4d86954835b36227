/**
 * A backlog, or a sub-backlog, as a list: for the page where it is ordered, and, with `readOnly`, for whoever reads it by a
 * link. Fetches what is on the screen, and knows nothing of what is done with its rows.
 */

import { type ReactNode, type Ref, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import { Waiting } from "../design/parts";
import type { AsOf } from "../history/asOf";
import { RefusalNote } from "../product/RefusalText";
import type { RowActs } from "./acts";
import { ALL, askedFilter, type Filter } from "./filter";
import { Grid, type GridHandle } from "./Grid";
import { type Laid, type Shown, shownOf } from "./shown";
import { applied, keyOf, NOW } from "./source";
import { isProduct, type Listed, type Marked, useBacklog, useHits } from "./useBacklog";
import { windowsFor } from "./windows";

/** What a page that moves rows tells the list. */
export interface Moving {
  /** Moves that are on their way. */
  readonly laid: readonly Laid[];
  readonly busy: boolean;
  /** Why a row cannot be dragged; `undefined` if it can. */
  readonly fixed: (row: BacklogRow) => string | undefined;
  /** What is drawn between the rows: where a dragged one would go. */
  readonly line: (rowHeight: number, shown: Shown, shift: number) => ReactNode;
}

export interface BacklogListProps {
  /** `products/webshop` or `products/webshop/domains/online`. */
  readonly parent: string;
  /** What the list is called, for whoever hears it. */
  readonly label: string;
  readonly filter?: Filter;
  /** The past, if it is that. */
  readonly asOf?: AsOf;
  /** Nothing can be done with its rows: no handles, no menus, no keys but those that move the focus. */
  readonly readOnly: boolean;
  /** Whether keys lead to the items' pages; not for whoever has a share link. */
  readonly links?: boolean;
  readonly acts?: RowActs | undefined;
  readonly moving?: Moving | undefined;
  /** The key of the item that is looked at beside the list. */
  readonly chosen?: string | undefined;
  readonly handle?: Ref<GridHandle> | undefined;
  /** Told what is shown, whenever that is something else. */
  readonly onShown?: ((shown: Shown) => void) | undefined;
  /** In place of a list of nothing. */
  readonly empty?: ReactNode;
}

const START: readonly number[] = [0];

export function BacklogList(props: BacklogListProps) {
  const { filter: chosen = ALL, asOf = NOW } = props;
  const filter = useMemo(() => applied(chosen, asOf), [chosen, asOf]);
  return filter.query.trim() ? <Found {...props} filter={filter} /> : <InOrder {...props} filter={filter} />;
}

function InOrder(props: BacklogListProps) {
  const { parent, filter = ALL, asOf = NOW, moving } = props;
  const [windows, setWindows] = useState(START);
  const listed = useBacklog({ parent, filter, asOf }, windows, moving?.busy ?? false);
  const total = listed.known?.total;
  const onRange = useCallback(
    (first: number, last: number, active: number | undefined) => {
      const needed = new Set(windowsFor(first, last, total));
      if (active !== undefined) for (const window of windowsFor(active, active, total)) needed.add(window);
      setWindows((now) => (now.length === needed.size && now.every((window) => needed.has(window)) ? now : [...needed].toSorted((a, b) => a - b)));
    },
    [total],
  );
  return <Listing {...props} filter={filter} listed={listed} onRange={onRange} />;
}

function Found(props: BacklogListProps) {
  const { parent, filter = ALL } = props;
  const hits = useHits({ parent, filter });
  const { known, more } = hits;
  const onRange = useCallback(
    (_: number, last: number) => {
      const come = [...(known?.windows.values() ?? [])].reduce((sum, { rows }) => sum + rows.length, 0);
      if (last + 20 > come) more?.();
    },
    [known, more],
  );
  return <Listing {...props} filter={filter} listed={hits} marks={hits.marks} onRange={onRange} />;
}

interface ListingProps extends BacklogListProps {
  readonly filter: Filter;
  readonly listed: Listed;
  readonly marks?: ReadonlyMap<string, Marked>;
  readonly onRange: (first: number, last: number, active: number | undefined) => void;
}

const NONE: readonly Laid[] = [];

function Listing({ parent, label, filter, asOf = NOW, readOnly, links = true, acts, moving, chosen, handle, onShown, empty, listed, marks, onRange }: ListingProps) {
  const { t } = useTranslation("backlog");
  const { known, isOld, error } = listed;
  const whole = isProduct(parent);
  const filtered = marks !== undefined || askedFilter(filter, whole) !== undefined;
  const laid = moving?.laid ?? NONE;
  const shown = useMemo(() => known && shownOf(known, laid, filtered, !whole), [known, laid, filtered, whole]);
  useEffect(() => {
    if (shown && !isOld) onShown?.(shown);
  }, [shown, isOld, onShown]);
  const placeOf = useCallback(
    (row: BacklogRow, index: number) => (row.place === 0 ? 0 : filtered ? (whole ? row.place : row.domainPlace) : index + 1),
    [filtered, whole],
  );
  const source = useMemo(() => keyOf({ parent, filter, asOf }), [parent, filter, asOf]);

  // What cannot be shown is told: rows of another list would be taken for it.
  if (isOld && error) return <RefusalNote thrown={error} />;
  if (!known || !shown) return error ? <RefusalNote thrown={error} /> : <Waiting lines={8} />;
  if (shown.total === 0 && !isOld) return <>{empty ?? <p>{t("nothing")}</p>}</>;
  return (
    <Grid
      label={label}
      list={parent}
      shown={shown}
      known={known}
      source={source}
      isOld={isOld}
      withDomain={whole}
      links={links}
      marks={marks}
      twoLines={marks !== undefined}
      placeOf={placeOf}
      fixed={readOnly || marks !== undefined ? undefined : moving?.fixed}
      acts={readOnly ? undefined : acts}
      chosen={chosen}
      onRange={onRange}
      handle={handle}
      line={moving && ((rowHeight, shift) => moving.line(rowHeight, shown, shift))}
    />
  );
}
