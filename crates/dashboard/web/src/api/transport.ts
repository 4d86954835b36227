/**
 * The only module that knows how calls travel: gRPC-Web to the server that this page came from, with whatever lets the
 * reader in, in their language, reading what they wrote, and repeating a command whose answer was lost.
 */

import { clone, type Message, toJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { language } from "../i18n/language";
import { secretOf } from "../me/credential";
import { productOf } from "./names";
import { learnTime } from "./clock";
import { known, mustShow } from "./receipts";
import { isUncertain } from "./refusal";
import { Unanswered } from "./request_id";

/** How long a command goes on trying before the reader is told that there is no answer, in milliseconds after each try. */
const PAUSES_MS = [300, 700, 1_500, 2_500];

type Fields = Message & Record<string, unknown>;

const withHeaders: Interceptor = (next) => (request) => {
  const secret = secretOf();
  // A call that shows something of its own, as a token that is only tried, shows nothing else.
  if (secret && !request.header.has("authorization")) request.header.set("authorization", `Bearer ${secret}`);
  request.header.set("accept-language", language());
  return next(request);
};

/** `products/webshop`, from whatever field of a request names something of it. */
function productIn(message: Fields): string {
  for (const field of ["parent", "product", "name"]) {
    const name = message[field];
    if (typeof name === "string" && name.startsWith("products/")) return productOf(name);
  }
  return "";
}

const readsWhatWeWrote: Interceptor = (next) => async (request) => {
  let asked = request;
  if (!request.stream) {
    const product = productIn(request.message as Fields);
    const { minVersion, asOf } = request.message as Fields;
    if (product && minVersion === 0n && asOf === undefined) {
      // A copy: a page keeps its question, and asks it again when there is more to show.
      const message = clone(request.method.input, request.message as Message) as Fields;
      message["minVersion"] = mustShow(product);
      asked = { ...request, message } as typeof request;
    }
  }
  const response = await next(asked);
  if (!response.stream) {
    const receipt = (response.message as Fields)["receipt"] as { product: string; version: bigint } | undefined;
    if (receipt) known(receipt.product, receipt.version);
  }
  return response;
};

/** Where the page tells that the server does not know its reader any more. */
export const SIGNED_OUT = "koepel-signed-out";

const tellsWhatItLearns: Interceptor = (next) => async (request) => {
  const own = request.header.has("authorization");
  try {
    const response = await next(request);
    learnTime(response.header.get("date"));
    return response;
  } catch (thrown) {
    if (!own && ConnectError.from(thrown).code === Code.Unauthenticated && request.method.name !== "WhoAmI") {
      globalThis.dispatchEvent(new Event(SIGNED_OUT));
    }
    throw thrown;
  }
};

const unanswered = new Unanswered();

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const repeatsSafely: Interceptor = (next) => async (request) => {
  const message = request.message as Fields;
  if (request.stream || message["requestId"] !== "") return next(request);
  const content = `${request.method.input.typeName} ${toJsonString(request.method.input, message)}`;
  message["requestId"] = unanswered.idFor(content);
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    try {
      const response = await next(request);
      unanswered.answered(content);
      return response;
    } catch (thrown) {
      if (!isUncertain(thrown)) {
        unanswered.answered(content);
        throw thrown;
      }
      if (pauseMs === undefined || request.signal.aborted) throw thrown;
      await pause(pauseMs * (0.75 + Math.random() / 2));
    }
  }
  throw new ConnectError("no answer", Code.Unavailable);
};

export const transport: Transport = createGrpcWebTransport({
  baseUrl: globalThis.location?.origin ?? "",
  useBinaryFormat: true,
  interceptors: [repeatsSafely, tellsWhatItLearns, readsWhatWeWrote, withHeaders],
});

/** A client for what is no query of a page: streams, and calls from outside of React. */
export function clientOf<Service extends DescService>(service: Service) {
  return createClient(service, transport);
}
