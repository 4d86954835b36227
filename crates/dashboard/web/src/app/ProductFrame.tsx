/** A product: what every page of it knows, kept in step, with the way from page to page around them. */

import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { idOf } from "../api/names";
import { LiveProduct } from "../live/LiveProduct";
import { type Here, HereProvider, useMe } from "../me/Me";
import { Mandate } from "../me/mandate";
import { Pages } from "./Pages";
import { Reaching } from "./Reaching";
import { Shell } from "./Shell";

const P = ProductService.method;

export function ProductFrame({ product }: { product: string }) {
  const me = useMe();
  const shown = useQuery(P.getProduct, { name: product });
  const domains = useQuery(P.listDomains, { parent: product, pageSize: 1_000 });
  const roles = useQuery(P.listRoles, { product });
  const mandate = useQuery(P.getMandate, { product });

  const here = useMemo<Here | undefined>(() => {
    // Nothing is offered before it is known what may be: buttons that come and go are worse than a moment's wait.
    if (!shown.data?.product || !domains.data || !roles.data || (!mandate.data && !mandate.error)) return undefined;
    const names = new Map<string, string>();
    const know = (person: string, name: string) => {
      if (person && name) names.set(person, name);
    };
    for (const grant of roles.data.grants) know(grant.person, grant.personDisplayName);
    for (const deputy of roles.data.deputies) know(deputy.person, deputy.personDisplayName);
    if (me) know(me.name, me.displayName);
    const byName = new Map(domains.data.domains.map((domain) => [domain.name, domain]));
    return {
      product: shown.data.product,
      name: product,
      domains: domains.data.domains,
      domain: (name) => byName.get(name),
      chiefPo: shown.data.chiefPo,
      chiefPoDeputy: shown.data.deputy,
      grants: roles.data.grants,
      deputies: roles.data.deputies,
      vacancies: shown.data.vacancies,
      mandate: mandate.data ? new Mandate(mandate.data.permissions) : Mandate.reader,
      nameOf: (person) => names.get(person) ?? idOf(person),
      readOnly: false,
    };
  }, [shown.data, domains.data, roles.data, mandate.data, mandate.error, product, me]);

  if (!here || !shown.data) {
    return <Reaching failed={shown.failureReason ?? domains.failureReason ?? roles.failureReason ?? mandate.failureReason} />;
  }
  return (
    <HereProvider here={here}>
      <LiveProduct product={product} reader={me?.name ?? ""} version={shown.data.version}>
        <Shell>
          <Pages />
        </Shell>
      </LiveProduct>
    </HereProvider>
  );
}
