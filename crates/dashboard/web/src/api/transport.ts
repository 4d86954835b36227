/**
 * The only module that knows how calls travel: gRPC-Web to the server that this page came from, with whatever lets the
 * reader in, in their language, reading what they wrote, and repeating a command whose answer was lost.
 */

import { type Message, toJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { language } from "../i18n/language";
import { secretOf } from "../me/credential";
import { productOf } from "./names";
import { mustShow, wrote } from "./receipts";
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
  if (!request.stream) {
    const message = request.message as Fields;
    const product = productIn(message);
    if (product && message["minVersion"] === 0n && message["asOf"] === undefined) {
      message["minVersion"] = mustShow(product);
    }
  }
  const response = await next(request);
  if (!response.stream) {
    const receipt = (response.message as Fields)["receipt"] as { product: string; version: bigint } | undefined;
    if (receipt) wrote(receipt.product, receipt.version);
  }
  return response;
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
  interceptors: [repeatsSafely, readsWhatWeWrote, withHeaders],
});

/** A client for what is no query of a page: streams, and calls from outside of React. */
export function clientOf<Service extends DescService>(service: Service) {
  return createClient(service, transport);
}
