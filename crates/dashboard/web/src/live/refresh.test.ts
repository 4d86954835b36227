import { createConnectQueryKey } from "@connectrpc/connect-query";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { Refresher } from "./refresh";

const schema = BacklogService.method.getItem;
const keyOf = (input: object) => createConnectQueryKey({ schema, cardinality: "finite", input });

/** A page that shows what a server says, which answers when it is told to. */
function page(input: object) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  const asked: ((value: number) => void)[] = [];
  const observer = new QueryObserver<number>(queries, { queryKey: keyOf(input), queryFn: () => new Promise((answer) => asked.push(answer)) });
  const leave = observer.subscribe(() => undefined);
  const refresher = new Refresher(queries);
  const settle = () => new Promise((done) => setTimeout(done));
  return { asked, observer, refresher, settle, leave };
}

test("what happens while a question is under way is asked for once more", async () => {
  const { asked, observer, refresher, settle, leave } = page({ name: "products/shop/items/A-1" });
  asked[0]?.(1);
  await settle();
  refresher.refresh([schema]);
  await settle();
  expect(asked.length).toBe(2);
  // Two more things happen before the answer, which is of the first.
  refresher.refresh([schema]);
  refresher.refresh([schema]);
  asked[1]?.(2);
  await settle();
  expect(asked.length).toBe(3);
  asked[2]?.(3);
  await settle();
  expect(observer.getCurrentResult().data).toBe(3);
  expect(asked.length).toBe(3);
  leave();
  refresher.stop();
});

test("the past is not asked for again, nor what nobody looks at", async () => {
  const past = page({ name: "products/shop/items/A-1", asOf: { at: { case: "version", value: 7n } } });
  past.asked[0]?.(1);
  await past.settle();
  past.refresher.refresh([schema]);
  await past.settle();
  expect(past.asked.length).toBe(1);

  const left = page({ name: "products/shop/items/A-1" });
  left.asked[0]?.(1);
  await left.settle();
  left.leave();
  left.refresher.refresh([schema]);
  await left.settle();
  expect(left.asked.length).toBe(1);
});

test("another call is left alone", async () => {
  const { asked, refresher, settle, leave } = page({ name: "products/shop/items/A-1" });
  asked[0]?.(1);
  await settle();
  refresher.refresh([BacklogService.method.listBacklog]);
  await settle();
  expect(asked.length).toBe(1);
  leave();
});
