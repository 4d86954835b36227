/** Editing one field of an item: what was typed, what became of it, and what others did to it meanwhile. */

import { useEffect, useRef, useState } from "react";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { refusalOf } from "../api/refusal";
import { useCommand } from "../product/useCommand";
import { begin, type Edit, meet, takeMine } from "./edit";
import { type Field, isSame, patchOf, pathOf, valueOf, type Values } from "./fields";
import { useItemHere } from "./itemHere";

const B = BacklogService.method;

export interface Editing<V> {
  /** Whether it is being edited. */
  readonly open: boolean;
  readonly busy: boolean;
  /** What somebody else wrote while it was being edited. */
  readonly theirs: V | undefined;
  readonly isContested: boolean;
  /** Why the server did not take it, unless that is told at the field or is what `theirs` is about. */
  readonly refused: unknown;
  /** What the server says is wrong with the field. */
  readonly wrong: string | undefined;
  start(): void;
  /** Gives up, or goes with what is there now. */
  stop(): void;
  save(value: V): Promise<void>;
  /** Saves although somebody else wrote something else. */
  insist(value: V): Promise<void>;
}

export function useEdit<F extends Field>(field: F): Editing<Values[F]> {
  type V = Values[F];
  const { item, again } = useItemHere();
  const [edit, setEdit] = useState<Edit<V>>();
  const waiting = useRef<{ value: V; seen: bigint }>(undefined);
  const { send, busy, refused, forgive } = useCommand(B.updateItem, { stale: [B.listItemHistory], ownRefusal: true });
  const met = edit && meet(edit, valueOf(item, field), item.changedAtVersion, (one, other) => isSame(field, one, other));
  const refusal = refused ? refusalOf(refused) : undefined;
  const isStale = refusal?.reason === "STALE";

  const stop = () => {
    waiting.current = undefined;
    setEdit(undefined);
    forgive();
  };
  const put = async (value: V, from: Edit<V>) => {
    const patch = patchOf(item, { [field]: value } as Partial<Values>);
    if (!patch) return stop();
    waiting.current = { value, seen: from.seen };
    const answer = await send({ ...patch, expectedVersion: from.seen });
    if (!answer) return;
    await again();
    stop();
  };

  // Refused because the item is another by now: see what it is. If this field is as it was, what was typed goes out again.
  useEffect(() => {
    if (isStale) void again();
    // `again` is another function each time.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [refused, isStale]);
  const seen = met?.seen;
  useEffect(() => {
    const unsaid = waiting.current;
    if (!isStale || busy || !met || met.theirs || !unsaid || met.seen <= unsaid.seen) return;
    void put(unsaid.value, met);
    // It goes out again for each version that was seen, once.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isStale, busy, seen]);

  const wrong = refusal && wrongIn(refusal.fields, `item.${pathOf(field)}`);
  return {
    open: edit !== undefined,
    busy,
    theirs: met?.theirs?.value,
    isContested: met?.theirs !== undefined,
    refused: isStale || wrong ? undefined : refused,
    wrong,
    start: () => setEdit(begin(valueOf(item, field), item.changedAtVersion)),
    stop,
    save: async (value) => {
      if (met && !met.theirs) await put(value, met);
    },
    insist: async (value) => {
      if (!met) return;
      const mine = takeMine(met);
      setEdit(mine);
      await put(value, mine);
    },
  };
}

/** What is said of a field, or of an entry of it: `item.labels[2]`. */
function wrongIn(fields: ReadonlyMap<string, string>, path: string): string | undefined {
  for (const [field, wrong] of fields) if (field === path || field.startsWith(`${path}[`)) return wrong;
  return undefined;
}
