/**
 * Dragging rows, with the mouse or after a long press. The only module that knows the library for it, which tells when a
 * drag begins and ends. Where it would go is worked out from the pointer and the scroll position of the list below it, each
 * frame, without a target for each row.
 */

import { DndContext, MouseSensor, TouchSensor, useDraggable, useSensor, useSensors } from "@dnd-kit/core";
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import type { BacklogRow } from "../api/gen/koepel/v1/backlog_pb";
import { gapAt, scrollBy } from "./pointer";
import style from "./drag.module.css";

/** What is dragged, and from which list. */
export interface Dragged {
  readonly list: string;
  readonly row: BacklogRow;
}

/** Above which row of which list it would go. */
export interface Hover {
  readonly list: string;
  readonly gap: number;
}

/** A list that something can be dropped into. */
export interface Zone {
  readonly list: string;
  readonly rowHeight: number;
  /** How much further down the rows are than what is scrolled. */
  readonly shift: number;
  /** Rows that have a place: what is dropped below them goes to the bottom. */
  readonly open: number;
  readonly rowAt: (index: number) => BacklogRow | undefined;
  /** Why a row cannot be dragged; `undefined` if it can. */
  readonly fixed: (row: BacklogRow) => string | undefined;
}

class Board {
  readonly #zones = new Map<string, { element: HTMLElement; zone: RefObject<Zone> }>();
  readonly #listeners = new Set<() => void>();
  #pointer: readonly [x: number, y: number] = [0, 0];
  #frame = 0;
  dragged: Dragged | undefined;
  hover: Hover | undefined;
  #float: HTMLElement | null = null;
  #width = 0;
  /** What the pointer went down on, until it is known whether that is a drag. */
  #candidate: Dragged | undefined;

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly hang = (element: HTMLElement | null) => {
    this.#float = element;
    this.#width = element?.offsetWidth ?? 0;
  };

  propose(candidate: Dragged): void {
    this.#candidate = candidate;
  }

  register(element: HTMLElement, zone: RefObject<Zone>): () => void {
    const { list } = zone.current;
    this.#zones.set(list, { element, zone });
    return () => {
      if (this.#zones.get(list)?.element === element) this.#zones.delete(list);
    };
  }

  start(event: Event | null): void {
    this.dragged = this.#candidate;
    if (event instanceof MouseEvent) this.#pointer = [event.clientX, event.clientY];
    else if (event instanceof TouchEvent && event.touches[0]) this.#pointer = [event.touches[0].clientX, event.touches[0].clientY];
    addEventListener("mousemove", this.#mouse);
    addEventListener("touchmove", this.#touch, { passive: true });
    document.documentElement.dataset["dragging"] = "";
    this.#frame = requestAnimationFrame(this.#tick);
    this.#tell();
  }

  /** Answers what was dropped where. */
  end(): { dragged: Dragged; hover: Hover } | undefined {
    removeEventListener("mousemove", this.#mouse);
    removeEventListener("touchmove", this.#touch);
    delete document.documentElement.dataset["dragging"];
    cancelAnimationFrame(this.#frame);
    const { dragged, hover } = this;
    this.dragged = undefined;
    this.hover = undefined;
    this.#candidate = undefined;
    this.#tell();
    return dragged && hover ? { dragged, hover } : undefined;
  }

  readonly #mouse = (event: MouseEvent) => {
    this.#pointer = [event.clientX, event.clientY];
  };

  readonly #touch = (event: TouchEvent) => {
    const touch = event.touches[0];
    if (touch) this.#pointer = [touch.clientX, touch.clientY];
  };

  readonly #tick = () => {
    this.#frame = requestAnimationFrame(this.#tick);
    const [x, y] = this.#pointer;
    if (this.#float) this.#float.style.transform = `translate3d(${Math.max(0, Math.min(x + 12, innerWidth - this.#width - 8))}px, ${y - 64}px, 0)`;
    let hover: Hover | undefined;
    for (const { element, zone } of this.#zones.values()) {
      const box = element.getBoundingClientRect();
      if (x < box.left || x > box.right || y < box.top - 48 || y > box.bottom + 48) continue;
      const by = scrollBy(y, box.top, box.bottom);
      if (by !== 0) element.scrollTop += by;
      const { list, rowHeight, shift, open } = zone.current;
      hover = { list, gap: gapAt(Math.min(Math.max(y, box.top), box.bottom) - box.top + element.scrollTop + shift, rowHeight, open) };
    }
    if (hover?.list === this.hover?.list && hover?.gap === this.hover?.gap) return;
    this.hover = hover;
    this.#tell();
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const BoardContext = createContext<Board | undefined>(undefined);

const SILENT = { onDragStart: () => undefined, onDragMove: () => undefined, onDragOver: () => undefined, onDragEnd: () => undefined, onDragCancel: () => undefined };

/** Around all lists between which rows go. */
export function DragBoard({ onDrop, children }: { onDrop: (dragged: Dragged, hover: Hover) => void; children: ReactNode }) {
  const [board] = useState(() => new Board());
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 5 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 300, tolerance: 8 } }),
  );
  return (
    <BoardContext value={board}>
      <DndContext
        sensors={sensors}
        autoScroll={false}
        // What is moved by the keyboard is said by the page; there is nothing to say about pointers.
        accessibility={{ announcements: SILENT, screenReaderInstructions: { draggable: "" } }}
        onDragStart={({ activatorEvent }) => board.start(activatorEvent)}
        onDragCancel={() => board.end()}
        onDragEnd={() => {
          const dropped = board.end();
          if (dropped) onDrop(dropped.dragged, dropped.hover);
        }}
      >
        {children}
        <Float board={board} />
      </DndContext>
    </BoardContext>
  );
}

/** What hangs on the pointer. */
function Float({ board }: { board: Board }) {
  const dragged = useSyncExternalStore(board.subscribe, () => board.dragged);
  if (!dragged) return null;
  return (
    <div ref={(element) => board.hang(element)} className={style.float} aria-hidden="true">
      <strong>{dragged.row.key}</strong>
      <span>{dragged.row.title}</span>
    </div>
  );
}

/** Makes the rows of a list draggable. The rows carry `data-index`. */
export function useDragList(scroller: RefObject<HTMLElement | null>, zone: Zone, off: boolean) {
  const board = useContext(BoardContext);
  const latest = useRef(zone);
  useLayoutEffect(() => {
    latest.current = zone;
  });
  const { setNodeRef, listeners } = useDraggable({ id: zone.list, disabled: off || !board });
  useEffect(() => {
    const element = scroller.current;
    if (!board || !element || off) return;
    setNodeRef(element);
    return board.register(element, latest);
  }, [board, scroller, off, zone.list, setNodeRef]);

  const begin = (name: "onMouseDown" | "onTouchStart") => (event: React.SyntheticEvent) => {
    if (!board || off || !(event.target instanceof Element)) return;
    const line = event.target.closest<HTMLElement>("[data-index]");
    if (!line || event.target.closest("button:not([data-grip]), [popover]")) return;
    const { rowAt, fixed, list } = latest.current;
    const row = rowAt(Number(line.dataset["index"]));
    if (!row || fixed(row) !== undefined) return;
    board.propose({ list, row });
    (listeners?.[name] as ((event: React.SyntheticEvent) => void) | undefined)?.(event);
  };
  return { onMouseDown: begin("onMouseDown"), onTouchStart: begin("onTouchStart") };
}

const never = () => () => undefined;

/** What is dragged, while something is. */
export function useDragged(): Dragged | undefined {
  const board = useContext(BoardContext);
  return useSyncExternalStore(board?.subscribe ?? never, () => board?.dragged);
}

/** Where in this list it would go now. */
export function useHover(list: string): Hover | undefined {
  const board = useContext(BoardContext);
  return useSyncExternalStore(board?.subscribe ?? never, () => (board?.hover?.list === list ? board.hover : undefined));
}
