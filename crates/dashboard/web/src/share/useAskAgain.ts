/** Asks anew for what the page shows: there is no stream of news for a share link. */

import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { announce } from "../design/announce";
import { useTranslation } from "react-i18next";

/** How often the page does it by itself. */
export const AGAIN_MS = 60_000;

export function useAskAgain(): { readonly busy: boolean; readonly ask: () => void } {
  const { t } = useTranslation("share");
  const queries = useQueryClient();
  const busy = useIsFetching() > 0;
  return { busy, ask: () => void queries.invalidateQueries().then(() => announce(t("refreshed"))) };
}
