/** How many differences there are of each kind, each a filter that the address keeps. */

import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import { DifferenceKind } from "../api/gen/koepel/v1/history_pb";
import { Button } from "../design/Button";
import { number } from "../i18n/format";
import { countsOf, textOfKinds, toggled } from "./groups";
import style from "./KindChips.module.css";

export function KindChips({ counts, kinds }: { counts: ReturnType<typeof countsOf>; kinds: readonly DifferenceKind[] }) {
  const { t } = useTranslation("history");
  const [, setSearch] = useSearchParams();
  const choose = (next: readonly DifferenceKind[]) =>
    setSearch((search) => {
      const params = new URLSearchParams(search);
      const text = textOfKinds(next);
      if (text) params.set("kind", text);
      else params.delete("kind");
      return params;
    });
  if (counts.length === 0) return null;
  return (
    <div className={style.chips} role="group" aria-label={t("changes.kinds")}>
      {counts.map(({ kind, count, slipped }) => (
        <button key={kind} type="button" className={style.chip} aria-pressed={kinds.includes(kind)} onClick={() => choose(toggled(kinds, kind))}>
          <span>{t(`changes.kind.${DifferenceKind[kind]}`)}</span>
          <span className={style.count}>{number(count)}</span>
          {slipped > 0 && <span className={style.slipped}>{t("changes.slippedCount", { count: slipped })}</span>}
        </button>
      ))}
      {kinds.length > 0 && (
        <Button small weight="quiet" onClick={() => choose([])}>
          {t("changes.allKinds")}
        </Button>
      )}
    </div>
  );
}
