/** While nothing has come yet: waiting, and once the server did not answer, that it is tried again. */

import { useTranslation } from "react-i18next";
import { Empty, Waiting } from "../design/parts";
import { PlainRefusal } from "../product/RefusalText";
import { refusalOf } from "../api/refusal";

export function Reaching({ failed }: { failed: unknown }) {
  const { t } = useTranslation("app");
  const away = failed && refusalOf(failed).reason === "OFFLINE";
  return (
    <main style={{ padding: "2rem", maxWidth: "48rem" }}>
      {away ? (
        <div role="status">
          <Empty title={t("reaching.title")}>{t("reaching.text")}</Empty>
        </div>
      ) : failed ? (
        <PlainRefusal thrown={failed} />
      ) : null}
      <Waiting />
    </main>
  );
}
