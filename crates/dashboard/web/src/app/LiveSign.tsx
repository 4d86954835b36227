/** Whether news arrives, and what it was: a sign, and behind it the list of what changed during this visit. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../design/Icon";
import { Dialog } from "../design/Dialog";
import { Empty } from "../design/parts";
import { ResourceLink } from "../product/shown";
import { shortMoment } from "../i18n/format";
import { useConnection } from "../live/connection";
import { useNews } from "../live/recent";
import { useHere } from "../me/Me";
import { idOf } from "../api/names";
import { useEventWords } from "./eventWords";
import style from "./LiveSign.module.css";

export function LiveSign() {
  const { t } = useTranslation("app");
  const state = useConnection();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={`${style.sign} ${style[state]}`} onClick={() => setOpen(true)}>
        <span className={style.dot} />
        <span className={style.word} role="status">
          {t(`live.${state}`)}
        </span>
      </button>
      {open && <News onClose={() => setOpen(false)} />}
    </>
  );
}

function News({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("app");
  const { nameOf, name } = useHere();
  const news = useNews();
  const what = useEventWords();
  return (
    <Dialog title={t("live.news")} onClose={onClose}>
      {news.length === 0 ? (
        <Empty title={t("live.nothing")}>{t("live.nothingText")}</Empty>
      ) : (
        <ol className={style.news}>
          {news.map((event) => (
            <li key={`${event.version}-${event.index}`}>
              <Icon name="changes" />
              <span>
                {event.subject !== name && (
                  <>
                    <span onClickCapture={onClose}>
                      <ResourceLink name={event.subject}>{idOf(event.subject)}</ResourceLink>
                    </span>{" "}
                  </>
                )}
                {what(event.type)}
                <small>
                  {t("live.by", { name: event.actor === "people/system" ? t("live.system") : nameOf(event.actor), time: shortMoment(new Date(event.timeMs)) })}
                </small>
              </span>
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  );
}
