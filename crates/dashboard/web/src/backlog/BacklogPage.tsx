/** The overarching backlog, and beside it a sub-backlog: seen, searched, and ordered. */

import { type RefObject, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "wouter";
import type { BacklogRow, Item } from "../api/gen/koepel/v1/backlog_pb";
import { addressOf, idOf, nameOf } from "../api/names";
import { useTitle } from "../app/title";
import { announce } from "../design/announce";
import { Button, IconButton } from "../design/Button";
import { Menu } from "../design/Menu";
import { PageHead } from "../design/parts";
import { toast } from "../design/Toasts";
import { useAsOf } from "../history/asOf";
import { TimeSlider } from "../history/TimeSlider";
import { useHere, useMe } from "../me/Me";
import { Act } from "../me/mandate";
import { useWhoMay } from "../product/RefusalText";
import type { Question, RowActs, Step } from "./acts";
import { asksReason, setAsksReason } from "./asksReason";
import style from "./BacklogPage.module.css";
import { besideOf, CLOSED } from "./beside";
import { DragBoard, type Dragged, type Hover } from "./drag";
import { filterOf, KINDS, type SetFilter, withFilter } from "./filter";
import { FilterBar } from "./FilterBar";
import type { GridHandle } from "./Grid";
import { pageCommandOf } from "./keys";
import { KeysHelp } from "./KeysHelp";
import { NewItem, useDomainsFor } from "./NewItem";
import { placeAfter } from "./overlay";
import { Pane } from "./Pane";
import { gapOfStep, placeFor, type PlaceAsked, type Target } from "./place";
import { DomainQuestion, PinQuestion, PlaceQuestion, ReasonQuestion } from "./questions";
import type { Shown } from "./shown";
import { setSingleKeys, singleKeys } from "./singleKeys";
import { applied } from "./source";
import { isProduct } from "./useBacklog";
import { type May, useMay } from "./useMay";
import { type Asked, type Mover, useMover } from "./useMover";
import { searchOf, withView } from "./views";
import { Views } from "./Views";
import { WherePanel } from "./WherePanel";

type Open =
  | { readonly kind: Question; readonly list: string; readonly row: BacklogRow }
  | { readonly kind: "reason"; readonly asked: Asked }
  | { readonly kind: "new" }
  | { readonly kind: "keys" };

const wide = typeof matchMedia === "undefined" ? undefined : matchMedia("(min-width: 52rem)");

function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      wide?.addEventListener("change", listener);
      return () => wide?.removeEventListener("change", listener);
    },
    () => wide?.matches ?? true,
  );
}

interface Lists {
  readonly shown: RefObject<Map<string, Shown>>;
  readonly handles: RefObject<Map<string, GridHandle>>;
}

/** Moves that end in a place: by keys, by the menu, by the pointer, to a number. */
function useMoves(mover: Mover, may: May, lists: Lists, ask: (open: Open) => void, searching: boolean) {
  const { t } = useTranslation("backlog");
  const refuse = useCallback((why: string) => {
    announce(why);
    toast("urgent", why);
  }, []);

  const send = useCallback(
    (asked: Asked) => {
      if (isProduct(asked.list) && asksReason()) ask({ kind: "reason", asked });
      else void mover.move(asked);
    },
    [ask, mover],
  );

  const go = useCallback(
    (list: string, row: BacklogRow, target: Target) => {
      const shown = lists.shown.current.get(list);
      const why = may.move(list, row);
      if (why !== undefined) return refuse(why);
      if (!shown) return;
      const from = shown.find(row.name);
      const place = placeFor(shown, row.name, from, target);
      if (!place) return announce(t("nothingMoves", { key: row.key }));
      const whole = !shown.filtered;
      const gap = target.kind === "gap" ? target.gap : target.edge === "top" ? 0 : shown.open;
      const below = shown.rowAt(gap === from ? gap + 1 : gap);
      const laid = from !== undefined && (whole || target.kind === "gap");
      send({
        list,
        row,
        place,
        shift: laid ? { from, gap } : undefined,
        total: whole ? shown.open : undefined,
        below: whole && gap < shown.open ? below?.key : undefined,
      });
      if (laid) lists.handles.current.get(list)?.focus(row.name, placeAfter(from, gap));
    },
    [lists, may, refuse, send, t],
  );

  const step = useCallback(
    (list: string, row: BacklogRow, index: number, step: Step) => {
      if (step === "top" || step === "bottom") return go(list, row, { kind: "edge", edge: step });
      if (searching) return refuse(t("notInSearch"));
      const shown = lists.shown.current.get(list);
      const why = may.move(list, row);
      if (why !== undefined) return refuse(why);
      const gap = gapOfStep(step, shown?.find(row.name) ?? index, shown?.open ?? 0);
      if (gap === undefined) return announce(step === "up" ? t("isTop", { key: row.key }) : t("isBottom", { key: row.key }));
      go(list, row, { kind: "gap", gap });
    },
    [go, lists, may, refuse, searching, t],
  );

  const drop = useCallback(
    ({ row, list: from }: Dragged, { list, gap }: Hover) => {
      const shown = lists.shown.current.get(list);
      const at = shown?.find(row.name);
      if (from === list && at !== undefined && (gap === at || gap === at + 1)) return;
      go(list, row, { kind: "gap", gap });
    },
    [go, lists],
  );

  const toPlace = useCallback(
    (list: string, row: BacklogRow, place: PlaceAsked, wanted: number) => {
      const shown = lists.shown.current.get(list);
      const from = shown?.find(row.name);
      const laid = shown && !shown.filtered && from !== undefined ? { from, gap: wanted - 1 > from ? wanted : wanted - 1 } : undefined;
      send({ list, row, place, shift: laid, total: shown?.filtered ? undefined : shown?.open });
      if (laid) lists.handles.current.get(list)?.focus(row.name, wanted - 1);
    },
    [lists, send],
  );
  return { go, step, drop, toPlace, refuse };
}

export default function BacklogPage() {
  const { t } = useTranslation("backlog");
  const here = useHere();
  const me = useMe();
  const whoMay = useWhoMay();
  const [, navigate] = useLocation();
  const [search, setSearch] = useSearchParams();
  const { asOf, isPast } = useAsOf(here.name);
  const isWide = useWide();
  useTitle(t("title"));

  const { name: product, domains } = here;
  const searchText = search.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(searchText), product), [searchText, product]);
  const listed = useMemo(() => applied(filter, asOf), [filter, asOf]);
  // A change is one of what the address says at that moment: two that come fast do not undo each other.
  const setFilter = useCallback<SetFilter>((change, replace = false) => setSearch((now) => withFilter(now, change(filterOf(now, product))), { replace }), [setSearch, product]);
  const beside = besideOf(search.get("beside"), domains, me?.name ?? "");
  const side = domains.find(({ name }) => name === beside);
  const onlySide = !isWide && search.get("pane") === "beside" && side !== undefined;
  const set = useCallback(
    (part: string, value: string, replace = false) =>
      setSearch(
        (now) => {
          const next = new URLSearchParams(now);
          if (value) next.set(part, value);
          else next.delete(part);
          return next;
        },
        { replace },
      ),
    [setSearch],
  );

  const shown = useRef(new Map<string, Shown>());
  const handles = useRef(new Map<string, GridHandle>());
  const lists = useMemo<Lists>(() => ({ shown, handles }), []);
  const onShown = useCallback((list: string, now: Shown) => void shown.current.set(list, now), []);
  const [open, setOpen] = useState<Open>();
  const close = useCallback(() => setOpen(undefined), []);
  const [asks, setAsks] = useState(asksReason);
  const [letters, setLetters] = useState(singleKeys);
  const may = useMay(isPast);
  const mover = useMover();
  const searching = listed.query.trim() !== "";
  const moves = useMoves(mover, may, lists, setOpen, searching);
  const domainsFor = useDomainsFor();
  const mayCreate = !isPast && !here.readOnly && KINDS.some((kind) => domainsFor(kind).length > 0);
  const create = useCallback(() => (mayCreate ? setOpen({ kind: "new" }) : moves.refuse(isPast ? t("past") : here.readOnly ? t("readOnly") : whoMay(Act.CREATE_ITEM))), [mayCreate, moves, isPast, here.readOnly, t, whoMay]);

  // Why here: opened from a row, which has the focus again when it is closed.
  const asker = useRef<{ list: string; row: BacklogRow }>(undefined);
  const item = search.get("item");
  const closeWhy = useCallback(() => {
    set("item", "", true);
    const from = asker.current;
    const at = from && lists.shown.current.get(from.list)?.find(from.row.name);
    if (from && at !== undefined) lists.handles.current.get(from.list)?.focus(from.row.name, at);
  }, [lists, set]);

  const latest = useRef({ moves, may, create, set, navigate, undo: mover.undoLast, searching, letters });
  useEffect(() => {
    latest.current = { moves, may, create, set, navigate, undo: mover.undoLast, searching, letters };
  });
  const actsFor = useCallback(
    (list: string, rules: May, past: boolean): RowActs => ({
      unmovable: (row, step) => rules.move(list, row) ?? (latest.current.searching && (step === "up" || step === "down") ? t("notInSearch") : undefined),
      unpinnable: rules.pin,
      unmovableDomain: rules.domain,
      step: (row, index, step) => latest.current.moves.step(list, row, index, step),
      ask: (question, row) => {
        const why = question === "place" ? rules.move(list, row) : question === "domain" ? rules.domain(row) : rules.pin(row);
        if (why !== undefined) latest.current.moves.refuse(why);
        else setOpen({ kind: question, list, row });
      },
      why: past
        ? undefined
        : (row) => {
            asker.current = { list, row };
            latest.current.set("item", row.key);
          },
      open: (row) => latest.current.navigate(addressOf(row.name) ?? "/"),
      undo: () => latest.current.undo(),
      keys: () => setOpen({ kind: "keys" }),
      create: () => latest.current.create(),
    }),
    [t],
  );

  // The keys that are of the page, and not of a row.
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog:modal")) return;
      const { target } = event;
      const focus = target === document.body ? "nothing" : target instanceof Element && target.getAttribute("role") === "grid" ? "list" : "else";
      const command = pageCommandOf(event, focus, latest.current.letters);
      if (command === undefined) return;
      if (command === "keys") setOpen({ kind: "keys" });
      else if (command === "create") latest.current.create();
      else latest.current.undo();
      event.preventDefault();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);

  const made = useCallback(
    (item: Item) => {
      const list = item.domain === beside && onlySide ? beside : product;
      const index = (list === product ? item.place : item.domainPlace) - 1;
      // The dialog gives the focus back first.
      setTimeout(() => lists.handles.current.get(list)?.focus(item.name, Math.max(0, index)), 50);
    },
    [beside, lists, onlySide, product],
  );

  const common = { filter: listed, setFilter, asOf, readOnly: here.readOnly, mover, chosen: item ?? undefined, onShown };
  const handleOf = useCallback((list: string) => (handle: GridHandle | null) => void (handle ? lists.handles.current.set(list, handle) : lists.handles.current.delete(list)), [lists]);
  const whole = useListParts(product, may, isPast, actsFor, handleOf);
  const part = useListParts(beside, may, isPast, actsFor, handleOf);

  return (
    <div className={style.page}>
      <div className={style.tops}>
        <PageHead
          title={t("title")}
          actions={
            <Button weight="main" icon="plus" disabled={!mayCreate} onClick={create}>
              {t("new.button")}
            </Button>
          }
        >
          {mayCreate || isPast ? null : here.readOnly ? t("readOnly") : t("new.mayNot", { who: whoMay(Act.CREATE_ITEM) })}
        </PageHead>
      </div>
      <div className={style.tops}>
        <div className={style.filters}>
          <FilterBar filter={filter} setFilter={setFilter} isPast={isPast}>
            <Views product={product} person={me?.name ?? ""} search={searchOf(filter, idOf(beside), onlySide ? "beside" : "")} show={(view) => setSearch((now) => withView(now, view, product))} />
          </FilterBar>
          <TimeSlider />
        </div>
        {!isWide && side && (
          <div className={style.switch} role="group" aria-label={t("panes")}>
            <button type="button" aria-pressed={!onlySide} onClick={() => set("pane", "", true)}>
              {t("wholeShort")}
            </button>
            <button type="button" aria-pressed={onlySide} onClick={() => set("pane", "beside", true)}>
              {side.displayName}
            </button>
          </div>
        )}
      </div>
      <DragBoard onDrop={moves.drop}>
        <div className={style.panes}>
          {!onlySide && (
            <Pane
              {...common}
              {...whole}
              label={t("whole")}
              title={<h2>{t("whole")}</h2>}
              tools={
                <>
                  {isWide && !side && domains.length > 0 && (
                    <Menu label={t("besideOpen")} icon="plus" items={domains.map((domain) => ({ key: domain.name, label: domain.displayName, act: () => set("beside", idOf(domain.name)) }))} />
                  )}
                  <Menu
                    label={t("settings")}
                    items={[
                      {
                        key: "reason",
                        label: t("askReason"),
                        checked: asks,
                        act: () => {
                          setAsksReason(!asks);
                          setAsks(!asks);
                        },
                      },
                      {
                        key: "letters",
                        label: t("keys.letters"),
                        checked: letters,
                        act: () => {
                          setSingleKeys(!letters);
                          setLetters(!letters);
                        },
                      },
                      { key: "keys", label: t("keys.title"), icon: "key", act: () => setOpen({ kind: "keys" }) },
                    ]}
                  />
                </>
              }
            />
          )}
          {side && (isWide || onlySide) && (
            <Pane
              key={side.name}
              {...common}
              {...part}
              label={t("part", { domain: side.displayName })}
              title={
                <h2>
                  <Menu
                    label={t("besideChoose", { domain: side.displayName })}
                    className={style.choice}
                    items={domains.map((domain) => ({ key: domain.name, label: domain.displayName, checked: domain.name === beside, act: () => set("beside", idOf(domain.name)) }))}
                  >
                    {side.displayName}
                  </Menu>
                </h2>
              }
              tools={isWide && <IconButton icon="close" label={t("besideClose")} onClick={() => set("beside", CLOSED)} />}
            />
          )}
        </div>
      </DragBoard>
      {item && !isPast && <WherePanel key={item} item={nameOf(product, "items", item)} onClose={closeWhy} />}
      {open?.kind === "place" && (
        <PlaceQuestion
          list={open.list}
          row={open.row}
          total={isProduct(open.list) ? here.product.openItems : (here.domain(open.list)?.openItems ?? 0)}
          go={(place, wanted) => moves.toPlace(open.list, open.row, place, wanted)}
          onClose={close}
        />
      )}
      {(open?.kind === "pin" || open?.kind === "unpin") && <PinQuestion row={open.row} onClose={close} />}
      {open?.kind === "domain" && <DomainQuestion row={open.row} onClose={close} />}
      {open?.kind === "reason" && <ReasonQuestion row={open.asked.row} go={(reason) => void mover.move({ ...open.asked, reason })} onClose={close} />}
      {open?.kind === "new" && <NewItem first={beside || undefined} onMade={made} onClose={close} />}
      {open?.kind === "keys" && <KeysHelp onClose={close} />}
    </div>
  );
}

/** What a pane is told that depends on its list alone, and is the same thing until that changes. */
function useListParts(list: string, may: May, past: boolean, actsFor: (list: string, may: May, past: boolean) => RowActs, handleOf: (list: string) => (handle: GridHandle | null) => void) {
  return useMemo(() => {
    const refused = (row: BacklogRow) => may.move(list, row);
    return { list, acts: actsFor(list, may, past), fixed: refused, refused, handle: handleOf(list) };
  }, [list, may, past, actsFor, handleOf]);
}
