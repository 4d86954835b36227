import fc from "fast-check";
import { expect, test } from "vitest";
import { inSight, MOST_PX, offsetAt, placed, scrolled, showing, spaceOf, START, topAt } from "./scrollSpace";

const lists = fc.record({ rows: fc.integer({ min: 1, max: 3_000_000 }), rowHeight: fc.integer({ min: 24, max: 90 }), view: fc.integer({ min: 100, max: 2_000 }) });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test("nothing is higher than what a browser draws", () => {
  expect(spaceOf(1_000_000, 40)).toEqual({ whole: 40_000_000, height: MOST_PX });
  expect(spaceOf(10_000, 40)).toEqual({ whole: 400_000, height: 400_000 });
});

test("a list that fits is scrolled pixel by pixel", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), share, share, (rows, from, to) => {
      const space = spaceOf(rows, 40);
      const end = Math.max(0, space.whole - 600);
      const [a, b] = [from * end, to * end];
      expect(offsetAt(space, a)).toBe(a);
      expect(topAt(space, a)).toBe(a);
      expect(scrolled(space, { top: a, offset: a }, b, 600)).toEqual({ top: b, offset: b });
      expect(placed(space, b, 600)).toEqual({ top: b, offset: b });
    }),
  );
});

test("every row can be gone to, and is in sight, whole, where it was gone to", () => {
  fc.assert(
    fc.property(lists, share, share, ({ rows, rowHeight, view }, of, from) => {
      const space = spaceOf(rows, rowHeight);
      const index = Math.min(rows - 1, Math.floor(of * rows));
      const { top, offset } = placed(space, showing(from * space.whole, view, index, rowHeight), view);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThanOrEqual(Math.max(0, space.height - view) + 1);
      const [first, last] = inSight(offset, view, rowHeight, rows);
      expect(first).toBeLessThanOrEqual(index);
      expect(last).toBeGreaterThanOrEqual(index);
      expect(index * rowHeight).toBeGreaterThanOrEqual(offset);
      expect((index + 1) * rowHeight).toBeLessThanOrEqual(offset + Math.max(view, rowHeight));
    }),
  );
});

test("every row can be scrolled to by the bar", () => {
  fc.assert(
    fc.property(lists, share, ({ rows, rowHeight, view }, of) => {
      const space = spaceOf(rows, rowHeight);
      const index = Math.min(rows - 1, Math.floor(of * rows));
      const end = Math.max(0, space.height - view);
      const top = Math.min(end, Math.round(topAt(space, index * rowHeight)));
      const [first, last] = inSight(offsetAt(space, top), view, rowHeight, rows);
      expect(first).toBeLessThanOrEqual(index);
      expect(last).toBeGreaterThanOrEqual(index);
    }),
  );
});

test("further down is further down, there and back", () => {
  fc.assert(
    fc.property(lists, share, share, ({ rows, rowHeight }, one, other) => {
      const space = spaceOf(rows, rowHeight);
      const [a, b] = [Math.min(one, other) * space.height, Math.max(one, other) * space.height];
      expect(offsetAt(space, a)).toBeLessThanOrEqual(offsetAt(space, b));
      expect(topAt(space, offsetAt(space, a))).toBeCloseTo(a, 3);
      expect(offsetAt(space, 0)).toBe(0);
      expect(offsetAt(space, space.height)).toBeCloseTo(space.whole, 3);
    }),
  );
});

test("a step by keys goes by a row exactly, wherever one is", () => {
  fc.assert(
    fc.property(lists, share, ({ rows, rowHeight, view }, of) => {
      fc.pre(rows > 100);
      const space = spaceOf(rows, rowHeight);
      const from = placed(space, Math.floor(of * (rows - 60)) * rowHeight, view);
      fc.pre(from.offset + view + rowHeight < space.whole);
      const last = Math.ceil((from.offset + view) / rowHeight);
      const next = placed(space, showing(from.offset, view, last, rowHeight), view);
      const after = placed(space, showing(next.offset, view, last + 1, rowHeight), view);
      fc.pre((last + 2) * rowHeight <= space.whole);
      expect(after.offset - next.offset).toBe(rowHeight);
    }),
  );
});

test("a little is a little, and whoever goes on comes to the end", () => {
  fc.assert(
    fc.property(lists, share, fc.constantFrom(-1, 1), fc.integer({ min: 20, max: 100 }), ({ rows, rowHeight, view }, of, way, step) => {
      const space = spaceOf(rows, rowHeight);
      const [end, bottom] = [Math.max(0, space.whole - view), Math.max(0, space.height - view)];
      // From near the end that it goes to, so that it does not take a million steps.
      const away = of * 20_000;
      let at = scrolled(space, START, way < 0 ? Math.min(bottom, away) : Math.max(0, bottom - away), view);
      for (let steps = 0; steps < 5_000; steps += 1) {
        const top = Math.max(0, Math.min(bottom, at.top + way * step));
        if (top === at.top) break;
        const next = scrolled(space, at, top, view);
        expect(Math.abs(next.offset - at.offset)).toBeLessThanOrEqual(step + 1e-3);
        at = next;
      }
      expect(at.offset).toBeCloseTo(way < 0 ? 0 : end, 3);
    }),
    { numRuns: 50 },
  );
});

test("where what is scrolled ends too early, it goes on", () => {
  const space = spaceOf(1_000_000, 40);
  // Somebody has turned a wheel through all of it.
  expect(scrolled(space, { top: 50, offset: 9_000_000 }, 0, 600)).toEqual({ top: topAt(space, 8_999_950), offset: 8_999_950 });
  const bottom = space.height - 600;
  expect(scrolled(space, { top: bottom - 50, offset: 30_000_000 }, bottom, 600).top).toBeLessThan(bottom);
});
