/**
 * Carries out moves: sends them one after the other, keeps what is on its way for the lists to show at once, tells what came
 * of them, and knows the way back.
 */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type BacklogRow, BacklogService, type Item } from "../api/gen/koepel/v1/backlog_pb";
import { announce } from "../design/announce";
import { dismiss, toast } from "../design/Toasts";
import { number } from "../i18n/format";
import { refreshNow } from "../live/refresh";
import { useHere } from "../me/Me";
import { useCommand } from "../product/useCommand";
import type { PlaceAsked } from "./place";
import { isProduct } from "./useBacklog";

const B = BacklogService.method;

/** A move as it is asked for. */
export interface Asked {
  readonly list: string;
  readonly row: BacklogRow;
  readonly place: PlaceAsked;
  /** By places of the list as it is shown, from 0; left out if the list does not show them. */
  readonly shift?: { readonly from: number; readonly gap: number } | undefined;
  /** How many the whole list has, if that is known. */
  readonly total?: number | undefined;
  /** The key of what stands below it afterwards. */
  readonly below?: string | undefined;
  readonly reason?: string;
}

/** One that is on its way, or was made and is not in the list's answers yet. */
export interface Sent extends Asked {
  readonly id: number;
  /** The version that it made; `undefined` while it is on its way. */
  readonly version: bigint | undefined;
}

/** How long a move is laid over a list that does not tell whether it shows it. */
const LAID_OVER_MS = 10_000;

export interface Mover {
  readonly sent: readonly Sent[];
  /** Whether an answer is awaited. */
  readonly busy: boolean;
  readonly move: (asked: Asked) => Promise<boolean>;
  /** Undoes the last move that was made here. */
  readonly undoLast: () => void;
}

export function useMover(): Mover {
  const { t } = useTranslation("backlog");
  const { product, domain } = useHere();
  const rank = useCommand(B.rankItem, { stale: [B.listBacklog] });
  const reorder = useCommand(B.reorderItem, { stale: [B.listBacklog] });
  const undo = useCommand(B.undoMove, { stale: [B.listBacklog] });
  const queries = useQueryClient();
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const line = useRef<Promise<unknown>>(Promise.resolve());
  const dropped = useRef(new Set<number>());
  const last = useRef(0);
  // Of each item the last move alone: what was before it has no way back any more.
  const ways = useRef(new Map<string, bigint>());
  const told = useRef(0);

  useEffect(() => {
    if (sent.length === 0) return;
    const timer = setTimeout(() => setSent((all) => all.filter((one) => one.version === undefined)), LAID_OVER_MS);
    return () => clearTimeout(timer);
  }, [sent]);

  const tell = (text: string, spoken: string, label: string, act: () => void) => {
    dismiss(told.current);
    announce(spoken);
    told.current = toast("good", text, { label, act });
  };

  const back = async (version: bigint, again: boolean) => {
    const answer = await undo.send({ product: product.name, version });
    if (!answer?.item || !answer.receipt) return;
    const { version: made } = answer.receipt;
    const { name, key, place } = answer.item;
    ways.current.delete(name);
    if (again) ways.current.set(name, made);
    const text = again ? t("redone", { key, place: number(place) }) : t("undone", { key, place: number(place) });
    tell(text, text, again ? t("undo") : t("redo"), () => void back(made, !again));
  };

  const done = (asked: Asked, item: Item, version: bigint) => {
    const whole = isProduct(asked.list);
    const [was, is] = whole ? [asked.row.place, item.place] : [asked.row.domainPlace, item.domainPlace];
    ways.current.delete(item.name);
    ways.current.set(item.name, version);
    const words = {
      key: item.key,
      place: number(is),
      was: number(was),
      total: number(asked.total ?? (whole ? product.openItems : (domain(asked.list)?.openItems ?? 0))),
      below: asked.below ?? "",
    };
    tell(t("movedShort", words), asked.below ? t("movedAbove", words) : t("moved", words), t("undo"), () => void back(version, false));
  };

  const carry = async (one: Sent): Promise<boolean> => {
    if (dropped.current.has(one.id)) return false;
    const request = { name: one.row.name, place: one.place, reason: one.reason ?? "" };
    const answer = await (isProduct(one.list) ? rank.send(request) : reorder.send(request));
    if (!answer?.receipt || !answer.item) {
      // What is really there is shown, and what was to follow was meant for a list that is not there.
      refreshNow(queries, [B.listBacklog]);
      setSent((all) => {
        for (const later of all) if (later.list === one.list && later.id > one.id) dropped.current.add(later.id);
        return all.filter((other) => other.list !== one.list || other.id < one.id);
      });
      announce(t("wentBack", { key: one.row.key }));
      return false;
    }
    const { version } = answer.receipt;
    setSent((all) => all.map((other) => (other.id === one.id ? { ...other, version } : other)));
    done(one, answer.item, version);
    return true;
  };

  const latest = useRef({ carry, back });
  useEffect(() => {
    latest.current = { carry, back };
  });

  const move = useCallback((asked: Asked): Promise<boolean> => {
    last.current += 1;
    const one: Sent = { ...asked, id: last.current, version: undefined };
    setSent((all) => [...all, one]);
    const result = line.current.then(() => latest.current.carry(one));
    line.current = result.catch(() => false);
    return result;
  }, []);
  const undoLast = useCallback(() => {
    // What is on its way is waited for: it is what is meant.
    line.current = line.current.then(() => {
      const [name, version] = [...ways.current].at(-1) ?? [];
      if (name === undefined || version === undefined) return announce(t("nothingToUndo"));
      ways.current.delete(name);
      return latest.current.back(version, false);
    });
  }, [t]);
  const busy = sent.some((one) => one.version === undefined);
  return useMemo(() => ({ sent, busy, move, undoLast }), [sent, busy, move, undoLast]);
}
