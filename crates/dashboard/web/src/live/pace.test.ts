import { expect, test } from "vitest";
import { type Clock, Pace } from "./pace";

function hands(): Clock & { pass(ms: number): void } {
  let now = 0;
  let due: { at: number; act: () => void }[] = [];
  return {
    now: () => now,
    after(ms, act) {
      const one = { at: now + ms, act };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
    pass(ms) {
      now += ms;
      const ready = due.filter((one) => one.at <= now);
      due = due.filter((one) => one.at > now);
      for (const one of ready) one.act();
    },
  };
}

test("the first thing goes at once, what follows goes together, and nothing is lost", () => {
  const clock = hands();
  const acts: string[][] = [];
  const pace = new Pace<string>(200, (gathered) => acts.push([...gathered]), clock);
  pace.add(["a"]);
  expect(acts).toEqual([["a"]]);
  pace.add(["b"]);
  pace.add(["b", "c"]);
  clock.pass(199);
  expect(acts.length).toBe(1);
  clock.pass(1);
  expect(acts).toEqual([["a"], ["b", "c"]]);
  clock.pass(1_000);
  expect(acts.length).toBe(2);
  pace.add(["d"]);
  expect(acts[2]).toEqual(["d"]);
});

test("nothing goes after the end", () => {
  const clock = hands();
  const acts: string[][] = [];
  const pace = new Pace<string>(200, (gathered) => acts.push([...gathered]), clock);
  pace.add(["a"]);
  pace.add(["b"]);
  pace.stop();
  clock.pass(1_000);
  expect(acts).toEqual([["a"]]);
});
