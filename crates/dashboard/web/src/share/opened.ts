/** What a share link opens, as the server tells it. Knows no calls. */

export interface Opened {
  readonly opens: "product" | "roadmap" | "domain";
  /** `products/webshop`. */
  readonly product: string;
  /** `products/webshop/domains/online`, if it opens a domain; else empty. */
  readonly domain: string;
  /** The product's name and summary; empty for a link to a domain, which may not know them. */
  readonly displayName: string;
  readonly summary: string;
  readonly expires: Date | undefined;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
const fields = (value: unknown) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {});

/** Reads the server's answer; `undefined` if it is none. */
export function openedOf(answer: unknown): Opened | undefined {
  const told = fields(answer);
  const opens = (["product", "roadmap", "domain"] as const).find((one) => one === told["opens"]);
  const product = text(told["product_name"]);
  const domain = text(told["domain_name"]);
  if (!opens || !/^products\/[^/]+$/.test(product) || (opens === "domain" && !domain.startsWith(`${product}/domains/`))) return undefined;
  const shown = fields(told["product"]);
  const expires = new Date(text(told["expires"]));
  return {
    opens,
    product,
    domain: opens === "domain" ? domain : "",
    displayName: text(shown["display_name"]),
    summary: text(shown["summary"]),
    expires: Number.isNaN(expires.getTime()) ? undefined : expires,
  };
}

/** What there is to see. */
export type View = "backlog" | "roadmap" | "purpose";

/** The views that a link opens; the first one is shown unless the address says otherwise. */
export function viewsOf({ opens }: Opened): readonly View[] {
  switch (opens) {
    case "product":
      return ["backlog", "roadmap", "purpose"];
    case "roadmap":
      return ["roadmap", "purpose"];
    case "domain":
      return ["backlog"];
  }
}
