/** What can be done with the item: the likeliest as buttons, the rest in a menu, with who may what the reader may not. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { Edge } from "../api/gen/koepel/v1/common_pb";
import { Act } from "../api/gen/koepel/v1/product_pb";
import { Button } from "../design/Button";
import { Icon, type IconName } from "../design/Icon";
import { Menu, type MenuItem } from "../design/Menu";
import { toast } from "../design/Toasts";
import { idOf } from "../api/names";
import { useHere } from "../me/Me";
import { useWhoMay } from "../product/RefusalText";
import { useCommand } from "../product/useCommand";
import { actOf, type Deed, deedsFor } from "./acts";
import { raiseAbout } from "./Concerning";
import { DeedDialog } from "./DeedDialog";
import { useItemHere } from "./itemHere";
import { useMoved } from "./useMoved";
import style from "./Actions.module.css";

const B = BacklogService.method;

const ICONS: Readonly<Record<Deed, IconName>> = {
  done: "check",
  top: "top",
  bottom: "down",
  topOverall: "top",
  place: "backlog",
  pin: "pin",
  unpin: "pin",
  split: "share",
  move: "forward",
  merge: "link",
  duplicate: "link",
  drop: "close",
  reopen: "undo",
};

export function Actions() {
  const { t } = useTranslation("item");
  const { item, isPast, again } = useItemHere();
  const { mandate, domain, domains, name, readOnly } = useHere();
  const [, go] = useLocation();
  const [open, setOpen] = useState<Deed>();
  const whoMay = useWhoMay();
  const moved = useMoved();
  const stale = [B.listItemHistory, B.explainRank, B.listBacklog];
  const reorder = useCommand(B.reorderItem, { stale });
  const rank = useCommand(B.rankItem, { stale });
  if (isPast || readOnly) return null;

  const may = (deed: Deed) => {
    // An item goes from one domain to another: whoever gives it has to be allowed to in both.
    if (deed === "move") return domains.some((to) => to.name !== item.domain && mandate.may(Act.MOVE_ITEM, item.domain, to.name));
    return mandate.may(actOf(deed), item.domain) || (deed === "place" && mandate.may(Act.ORDER_PRODUCT));
  };
  const toEdge = async (deed: "top" | "bottom" | "topOverall") => {
    const request = { name: item.name, place: { at: { case: "edge" as const, value: deed === "bottom" ? Edge.BOTTOM : Edge.TOP } }, expectedVersion: item.changedAtVersion };
    const answer = await (deed === "topOverall" ? rank.send(request) : reorder.send(request));
    await again();
    if (!answer?.item || !answer.receipt) return;
    if (answer.item.place === item.place) toast("good", t("stays", { item: item.key }));
    else moved(item.key, answer.item.place, answer.receipt.version);
  };
  const act = (deed: Deed) => {
    if (deed === "top" || deed === "bottom" || deed === "topOverall") void toEdge(deed);
    else setOpen(deed);
  };

  const deeds = deedsFor(item);
  const first = deeds[0];
  const of = { domain: domain(item.domain)?.displayName ?? idOf(item.domain) };
  const rest: readonly MenuItem[] = deeds
    .filter((deed) => deed !== first || !may(deed))
    .map((deed) => ({
      key: deed,
      label: t(`deed.${deed}`, of),
      icon: ICONS[deed],
      act: () => act(deed),
      ...(may(deed) ? {} : { unavailable: whoMay(actOf(deed), item.domain) }),
    }));
  const mayRaise = mandate.mayAnywhere(Act.RAISE_ESCALATION);
  const raise: MenuItem = {
    key: "raise",
    label: t("deed.raise"),
    icon: "escalation",
    act: () => go(raiseAbout(name, item.key)),
    ...(mayRaise ? {} : { unavailable: whoMay(Act.RAISE_ESCALATION, item.domain) }),
  };
  return (
    <div className={style.actions}>
      {first && may(first) && (
        <Button weight="main" icon={ICONS[first]} onClick={() => setOpen(first)}>
          {t(`deed.${first}`, of)}
        </Button>
      )}
      {item.place > 0 && may("place") && (
        <Button icon="backlog" onClick={() => setOpen("place")}>
          {t("deed.place")}
        </Button>
      )}
      <Menu label={t("moreDeeds")} items={[...rest.filter(({ key }) => key !== "place" || !may("place")), raise]} className={style.more}>
        {t("moreDeeds")}
        <Icon name="chevron" />
      </Menu>
      {open && <DeedDialog deed={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}
