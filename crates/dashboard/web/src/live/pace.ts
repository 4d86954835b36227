/** How often what is shown is asked for anew: at once when something happens, and not again before some time has passed. */

export interface Clock {
  now(): number;
  after(ms: number, then: () => void): () => void;
}

const wall: Clock = {
  now: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** Gathers what comes in between; `act` gets all of it, each thing once. */
export class Pace<T> {
  readonly #act: (gathered: ReadonlySet<T>) => void;
  readonly #ms: number;
  readonly #clock: Clock;
  #gathered = new Set<T>();
  #last = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(ms: number, act: (gathered: ReadonlySet<T>) => void, clock: Clock = wall) {
    this.#ms = ms;
    this.#act = act;
    this.#clock = clock;
  }

  add(things: Iterable<T>): void {
    for (const thing of things) this.#gathered.add(thing);
    if (this.#gathered.size === 0 || this.#cancel) return;
    const left = this.#last + this.#ms - this.#clock.now();
    if (left <= 0) this.#go();
    else this.#cancel = this.#clock.after(left, () => this.#go());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#gathered.clear();
  }

  #go(): void {
    this.#cancel = undefined;
    this.#last = this.#clock.now();
    const gathered = this.#gathered;
    this.#gathered = new Set();
    this.#act(gathered);
  }
}
