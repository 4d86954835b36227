/** All that a bar says, for whoever hears the page; made once for each entry and language, as a timeline is drawn often. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RoadmapEntry } from "../api/gen/koepel/v1/roadmap_pb";
import { idOf } from "../api/names";
import { usePlanWords } from "./usePlanWords";

export function useSpoken(lanes: readonly { readonly name: string; readonly displayName: string }[]): (entry: RoadmapEntry) => string {
  const { i18n } = useTranslation("roadmap");
  const { spoken } = usePlanWords();
  const language = i18n.language;
  const known = useMemo(() => ({ language, lanes, labels: new WeakMap<RoadmapEntry, string>() }), [language, lanes]);
  return (entry) => {
    const label = known.labels.get(entry) ?? spoken(entry, known.lanes.find(({ name }) => name === entry.domain)?.displayName ?? idOf(entry.domain));
    known.labels.set(entry, label);
    return label;
  };
}
