/** The keys of the backlog, told. */

import { useTranslation } from "react-i18next";
import { Dialog } from "../design/Dialog";
import style from "./BacklogPage.module.css";
import { KEYS } from "./keys";

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("backlog");
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <p>{t("keys.text")}</p>
      <dl className={style.keys}>
        {KEYS.map(({ keys, does }) => (
          <KeysOf key={does} keys={keys} does={t(`keys.${does}`)} />
        ))}
      </dl>
    </Dialog>
  );
}

function KeysOf({ keys, does }: { keys: readonly string[]; does: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}
