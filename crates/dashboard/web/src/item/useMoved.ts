/** Tells where an item stands after a move, with the way back. */

import { useTranslation } from "react-i18next";
import { BacklogService } from "../api/gen/koepel/v1/backlog_pb";
import { announce } from "../design/announce";
import { toast } from "../design/Toasts";
import { number } from "../i18n/format";
import { useHere } from "../me/Me";
import { useCommand } from "../product/useCommand";

const B = BacklogService.method;

export function useMoved(): (key: string, place: number, version: bigint) => void {
  const { t } = useTranslation("item");
  const { name: product } = useHere();
  const { send } = useCommand(B.undoMove, {
    stale: [B.getItem, B.listItemHistory, B.explainRank, B.listBacklog],
    done: ({ item }) => {
      if (!item) return;
      const text = t("undone", { item: item.key, place: number(item.place) });
      announce(text);
      toast("good", text);
    },
  });
  return (key, place, version) => {
    const text = t("movedTo", { item: key, place: number(place) });
    announce(text);
    toast("good", text, { label: t("undo"), act: () => void send({ product, version }) });
  };
}
