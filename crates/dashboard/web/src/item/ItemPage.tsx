/** One item: what it is, where it stands and why, what belongs to it, and what can be done with it. */

import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { idOf } from "../api/names";
import { refusalOf } from "../api/refusal";
import { useTitle } from "../app/title";
import { PageHead, Waiting } from "../design/parts";
import { useAsOf } from "../history/asOf";
import { TimeSlider } from "../history/TimeSlider";
import { useHere } from "../me/Me";
import { RefusalNote, useWhoMay } from "../product/RefusalText";
import { Actions } from "./Actions";
import { editActsOf } from "./acts";
import { Decisions, Escalations, Plans } from "./Concerning";
import { Facts } from "./Facts";
import { Closed, Head } from "./Head";
import { type ItemHere, ItemHereProvider, useItemHere } from "./itemHere";
import { PartsOf } from "./PartsOf";
import { Requests } from "./Requests";
import { Stories } from "./Stories";
import { Text } from "./Text";
import { Ties } from "./Ties";
import { useFresh } from "./useFresh";
import style from "./ItemPage.module.css";

export default function ItemPage({ item: name }: { item: string }) {
  const { t } = useTranslation("item");
  const { name: product, mandate, readOnly } = useHere();
  const { moment, isPast } = useAsOf(product);
  const asked = useQuery(BacklogService.method.getItem, { name, ...(moment ? { asOf: moment } : {}) }, { placeholderData: keepPreviousData });
  const item = asked.data?.item;
  const fresh = useFresh(isPast ? undefined : item, name);
  useTitle(item ? t("titled", { key: item.key, title: item.title }) : idOf(name));
  const { data, refetch } = asked;

  const here = useMemo<ItemHere | undefined>(() => {
    if (!item || !data) return undefined;
    return {
      item,
      version: data.version,
      isPast,
      moment,
      mayEdit: !isPast && !readOnly && editActsOf(item.kind).some((act) => mandate.may(act, item.domain)),
      fresh,
      again: () => refetch(),
    };
  }, [item, data, isPast, readOnly, moment, mandate, fresh, refetch]);

  if (asked.error && !here) {
    const isMissing = isPast && refusalOf(asked.error).reason !== "OFFLINE";
    return (
      <>
        <PageHead title={idOf(name)} />
        <TimeSlider />
        {isMissing ? <p>{t("notThen")}</p> : <RefusalNote thrown={asked.error} />}
      </>
    );
  }
  if (!here) {
    return (
      <>
        <PageHead title={idOf(name)} />
        <Waiting lines={6} />
      </>
    );
  }
  return (
    <ItemHereProvider value={here}>
      {asked.error && <RefusalNote thrown={asked.error} />}
      <Page />
    </ItemHereProvider>
  );
}

function Page() {
  return (
    <article className={style.page}>
      <Head
        actions={
          <div className={style.tools}>
            <Actions />
            <TimeSlider />
          </div>
        }
      />
      <Notice />
      <Closed />
      <div className={style.columns}>
        <div className={style.main}>
          <Text />
          <PartsOf />
          <Requests />
          <Ties />
          <Escalations />
          <Decisions />
          <Plans />
          <Stories />
        </div>
        <aside className={style.side}>
          <Facts />
        </aside>
      </div>
    </article>
  );
}

/** Who may change the item, for whoever may not. */
function Notice() {
  const { item, mayEdit, isPast } = useItemHere();
  const whoMay = useWhoMay();
  const { t } = useTranslation("item");
  if (mayEdit || isPast) return null;
  const act = editActsOf(item.kind)[0];
  return <p className={style.notice}>{act === undefined ? "" : t("whoChanges", { who: whoMay(act, item.domain) })}</p>;
}
