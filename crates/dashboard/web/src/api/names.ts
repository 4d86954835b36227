/** Resource names, and the addresses of pages made of them: a resource's page is at its name. Knows no messages. */

/** The last part of a name: `ONLINE-42` of `products/webshop/items/ONLINE-42`. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** `products/webshop` of any name below it; empty if it is of no product. */
export function productOf(name: string): string {
  const [collection, id] = name.split("/");
  return collection === "products" && id ? `products/${id}` : "";
}

/** What a name is of: `items` of `products/webshop/items/ONLINE-42`, `products` of the product itself. */
export function collectionOf(name: string): string {
  const parts = name.split("/");
  return parts[parts.length - 2] ?? "";
}

/** A name below a product. */
export function nameOf(product: string, collection: Collection, id: string | number | bigint): string {
  return `${product}/${collection}/${id}`;
}

/** What a product has. */
export type Collection =
  | "domains"
  | "items"
  | "escalations"
  | "decisions"
  | "roadmapEntries"
  | "goals"
  | "syncs"
  | "gaps"
  | "shareLinks"
  | "alertTargets"
  | "deliveries"
  | "calendars";

/** The pages of a product. */
export type Page =
  | "today"
  | "backlog"
  | "roadmap"
  | "escalations"
  | "decisions"
  | "directory"
  | "changes"
  | "administration";

/** The address of a product's page. */
export function pageOf(product: string, page: Page): string {
  return `/${product}/${page}`;
}

/** The address of a resource's own page; `undefined` if it has none. */
export function addressOf(name: string): string | undefined {
  switch (collectionOf(name)) {
    case "items":
    case "escalations":
    case "decisions":
    case "roadmapEntries":
      return `/${name}`;
    case "domains":
      return `/${productOf(name)}/backlog?beside=${encodeURIComponent(idOf(name))}`;
    default:
      return undefined;
  }
}
