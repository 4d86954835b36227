/** Waits for something to be seen, and for nothing else. */

const PATIENCE_MS = 30_000;

export async function until(what: string, seen: () => Promise<boolean> | boolean, patienceMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    if (await seen()) return;
    if (performance.now() > end) throw new Error(`${what} was waited for in vain`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
