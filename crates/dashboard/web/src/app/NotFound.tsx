import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Empty } from "../design/parts";

/** An address at which there is nothing. */
export function NotFound() {
  const { t } = useTranslation("app");
  return (
    <Empty title={t("notFound.title")} action={<Link href="/">{t("notFound.home")}</Link>}>
      {t("notFound.text")}
    </Empty>
  );
}
