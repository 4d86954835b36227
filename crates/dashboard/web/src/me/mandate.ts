/**
 * What the reader may do, as the server said it, and who may instead. Decides nothing: the server does, again, at each
 * command.
 */

import { Role } from "../api/gen/koepel/v1/common_pb";
import { Act, type Permission } from "../api/gen/koepel/v1/product_pb";

/** Who else may: roles for the whole product, and roles in the domain concerned. */
export interface WhoMay {
  readonly roles: readonly Role[];
  readonly domainRoles: readonly Role[];
  readonly administrators: boolean;
}

export class Mandate {
  readonly #permissions: ReadonlyMap<Act, Permission>;

  constructor(permissions: readonly Permission[]) {
    this.#permissions = new Map(permissions.map((permission) => [permission.act, permission]));
  }

  /** Of somebody who only reads. */
  static readonly reader = new Mandate([]);

  /** Whether the reader may, in all of these domains (`products/webshop/domains/online`); in the product as a whole if none. */
  may(act: Act, ...domains: readonly string[]): boolean {
    const permission = this.#permissions.get(act);
    if (!permission) return false;
    if (permission.everywhere) return true;
    return domains.length > 0 && domains.every((domain) => permission.domains.includes(domain));
  }

  /** Whether the reader may anywhere at all. */
  mayAnywhere(act: Act): boolean {
    const permission = this.#permissions.get(act);
    return permission !== undefined && (permission.everywhere || permission.domains.length > 0);
  }

  /** Of these domains, those in which the reader may. */
  domainsFor(act: Act, domains: readonly string[]): readonly string[] {
    return domains.filter((domain) => this.may(act, domain));
  }

  whoMay(act: Act): WhoMay {
    const permission = this.#permissions.get(act);
    return {
      roles: permission?.roles ?? [],
      domainRoles: permission?.domainRoles ?? [],
      administrators: permission?.administrators ?? false,
    };
  }
}

export { Act, Role };
