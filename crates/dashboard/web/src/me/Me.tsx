/** Who the reader is, what product they look at, who is who there, and what they may do. */

import { createContext, type ReactNode, useContext } from "react";
import type { Person } from "../api/gen/koepel/v1/admin_pb";
import type { Deputy, Domain, Product, RoleGrant, Vacancy } from "../api/gen/koepel/v1/product_pb";
import { Mandate } from "./mandate";

/** Who reads. `undefined` for whoever has a share link. */
export const MeContext = createContext<Person | undefined>(undefined);

export function useMe(): Person | undefined {
  return useContext(MeContext);
}

/** What every page of a product knows. */
export interface Here {
  readonly product: Product;
  /** `products/webshop`. */
  readonly name: string;
  /** In the order in which they were added. */
  readonly domains: readonly Domain[];
  readonly domain: (name: string) => Domain | undefined;
  /** The Chief PO, and who stands in for them: `people/p-1`, or empty. */
  readonly chiefPo: string;
  readonly chiefPoDeputy: string;
  readonly grants: readonly RoleGrant[];
  readonly deputies: readonly Deputy[];
  readonly vacancies: readonly Vacancy[];
  readonly mandate: Mandate;
  /** The name of a person, if anybody here has it; else their id. */
  readonly nameOf: (person: string) => string;
  /** Whether the page is for reading alone: of the past, or by a share link. */
  readonly readOnly: boolean;
}

const HereContext = createContext<Here | undefined>(undefined);

export function HereProvider({ here, children }: { here: Here; children: ReactNode }) {
  return <HereContext value={here}>{children}</HereContext>;
}

/** The same on pages that may be outside of a product: those of the server. */
export function useHereIfAny(): Here | undefined {
  return useContext(HereContext);
}

/** Only on pages of a product. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new Error("this is shown outside of a product");
  return here;
}

export { Mandate };
