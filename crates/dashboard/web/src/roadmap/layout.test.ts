import fc from "fast-check";
import { expect, test } from "vitest";
import { dayOf } from "./days";
import { drawn, lanesOf, reach, rowsOf, scaleOf, seen, whole, ZOOMS } from "./layout";

const anyPiece = fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 300 })).map(([from, length]) => ({ from, to: from + length }));
const anyPieces = fc.array(anyPiece, { maxLength: 80 });
const sizes = { head: 30, row: 34, foot: 8 };

test("no two pieces of a row overlap", () => {
  fc.assert(
    fc.property(anyPieces, (pieces) => {
      const { rows, count } = rowsOf(pieces);
      expect(rows).toHaveLength(pieces.length);
      for (let row = 0; row < count; row += 1) {
        const inRow = pieces.filter((_, index) => rows[index] === row).sort((a, b) => a.from - b.from);
        expect(inRow.length).toBeGreaterThan(0);
        inRow.slice(1).forEach((piece, index) => expect(piece.from).toBeGreaterThanOrEqual(inRow[index]?.to ?? 0));
      }
    }),
  );
});

test("there are no more rows than pieces at the busiest place", () => {
  fc.assert(
    fc.property(anyPieces, (pieces) => {
      const busiest = Math.max(0, ...pieces.map(({ from }) => pieces.filter((other) => other.from <= from && from < other.to).length));
      expect(rowsOf(pieces).count).toBe(busiest);
    }),
  );
});

test("pieces that begin together keep their order", () => {
  expect(rowsOf([{ from: 0, to: 5 }, { from: 0, to: 2 }, { from: 2, to: 4 }]).rows).toEqual([0, 1, 1]);
});

test("each thing has one bar, in the order given, and no bar or title of a row covers another", () => {
  const anyThings = fc.array(fc.record({ days: anyPiece, titleWidth: fc.integer({ min: 0, max: 260 }) }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(anyThings, { maxLength: 4 }), fc.double({ min: 0.1, max: 12, noNaN: true }), (given, scale) => {
      const things = given.map((lane, l) => lane.map((thing, t) => ({ ...thing, of: `${l}-${t}` })));
      const lanes = lanesOf(things, 0, scale, sizes);
      expect(lanes.map((lane) => lane.bars.map((bar) => bar.of))).toEqual(things.map((lane) => lane.map((thing) => thing.of)));
      let bottom = 0;
      lanes.forEach((lane, l) => {
        expect(lane.top).toBe(bottom);
        bottom = lane.top + lane.height;
        const covers = lane.bars.map((bar, t) => {
          const title = things[l]?.[t]?.titleWidth ?? 0;
          return { row: bar.row, from: bar.x, to: bar.x + Math.max(title, bar.width) };
        });
        for (const [index, one] of covers.entries()) {
          expect(sizes.head + (one.row + 1) * sizes.row).toBeLessThanOrEqual(lane.height);
          for (const other of covers.slice(index + 1)) {
            if (one.row === other.row) expect(one.to <= other.from || other.to <= one.from).toBe(true);
          }
        }
      });
    }),
  );
});

test("what is on the screen is drawn", () => {
  fc.assert(
    fc.property(fc.array(anyPiece, { minLength: 1, maxLength: 60 }), fc.nat(3_000), fc.nat(2_000), (pieces, left, top) => {
      const [lane] = lanesOf([pieces.map((days) => ({ of: days, days, titleWidth: 0 }))], 0, 3, sizes);
      if (!lane) return;
      const window = { left, top, width: 900, height: 500 };
      const shown = new Set(seen(lane, sizes, window, () => 0));
      for (const bar of lane.bars) {
        const y = lane.top + sizes.head + bar.row * sizes.row;
        const visible = bar.x < left + 900 && bar.x + bar.width > left && y < top + 500 && y + sizes.row > top;
        if (visible) expect(shown.has(bar)).toBe(true);
      }
    }),
  );
});

test("a span that is open is drawn past today, or a quarter before its end", () => {
  expect(drawn({ start: 100, end: 109 }, 500)).toEqual({ from: 100, to: 110 });
  expect(drawn({ start: 100, end: undefined }, 500)).toEqual({ from: 100, to: 542 });
  expect(drawn({ start: undefined, end: 200 }, 500)).toEqual({ from: 109, to: 201 });
});

test("a timeline reaches over all that there is, and all of it fits if all is wanted", () => {
  fc.assert(
    fc.property(anyPieces, fc.integer({ min: 0, max: 2_000 }), (pieces, today) => {
      const over = reach(pieces, today);
      const all = whole(pieces, today);
      expect(dayOf(over.from).day).toBe(1);
      for (const piece of [...pieces, { from: today, to: today + 1 }]) {
        expect(over.from < piece.from && piece.to < over.to).toBe(true);
        expect(all.from < piece.from && piece.to < all.to).toBe(true);
      }
      expect((all.to - all.from) * scaleOf("all", 800, pieces, today)).toBeLessThanOrEqual(801);
      for (const zoom of ZOOMS) expect(scaleOf(zoom, 300, pieces, today)).toBeGreaterThan(0);
    }),
  );
});
