/** While nothing has come yet: waiting; that it is tried again, if the server does not answer; else why there is nothing, and a way on. */

import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { refusalOf } from "../api/refusal";
import { Empty, PageHead, Waiting } from "../design/parts";
import { PlainRefusal } from "../product/RefusalText";
import style from "./Products.module.css";

export function Reaching({ failed }: { failed: unknown }) {
  const { t } = useTranslation("app");
  if (failed && refusalOf(failed).reason !== "OFFLINE") {
    return (
      <main className={style.page}>
        <PageHead title={t("notFound.title")} />
        <PlainRefusal thrown={failed} />
        <p>
          <Link href="/">{t("notFound.home")}</Link>
        </p>
      </main>
    );
  }
  return (
    <main className={style.page}>
      {failed ? (
        <div role="status">
          <Empty title={t("reaching.title")}>{t("reaching.text")}</Empty>
        </div>
      ) : null}
      <Waiting />
    </main>
  );
}
