/** Moments of the past in the reader's words. */

import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useTranslation } from "react-i18next";
import type { Sync } from "../api/gen/koepel/v1/sync_pb";
import { idOf } from "../api/names";
import { day as dayInWords } from "../i18n/format";
import type { AsOf } from "./asOf";

/** The sync that an address means, if it has ended. */
export function syncOf(asOf: AsOf, syncs: readonly Sync[]): Sync | undefined {
  if (asOf.kind !== "sync") return undefined;
  return asOf.sync === "-" ? syncs[0] : syncs.find((sync) => idOf(sync.name) === asOf.sync);
}

export function endOf(sync: Sync | undefined): Date | undefined {
  return sync?.closeTime && timestampDate(sync.closeTime);
}

/** A moment of the past in a few words. */
export function useMomentWords(syncs: readonly Sync[]): (asOf: AsOf) => string {
  const { t } = useTranslation("history");
  return (asOf) => {
    switch (asOf.kind) {
      case "now":
        return t("now");
      case "day":
        return dayInWords(new Date(asOf.day), "long");
      case "version":
        return t("atVersion", { version: String(asOf.version) });
      case "sync": {
        const sync = syncOf(asOf, syncs);
        return t("atSync", { sync: sync?.displayName || (sync ? idOf(sync.name) : t("lastSync")) });
      }
    }
  };
}

/** The same as a part of a sentence: since …, from … to …. */
export function useMomentNouns(syncs: readonly Sync[]): (asOf: AsOf) => string {
  const { t } = useTranslation("history");
  return (asOf) => {
    switch (asOf.kind) {
      case "now":
        return t("noun.now");
      case "day":
        return t("noun.day", { day: dayInWords(new Date(asOf.day), "long") });
      case "version":
        return asOf.version === 0n ? t("noun.beginning") : t("noun.version", { version: String(asOf.version) });
      case "sync": {
        const sync = syncOf(asOf, syncs);
        return sync ? t("noun.sync", { sync: sync.displayName || idOf(sync.name) }) : t("noun.lastSync");
      }
    }
  };
}
