import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Empty } from "../design/parts";

/** An address at which there is nothing. */
export function NotFound() {
  return <NothingHere page />;
}

/** The same within a page that has a head of its own. */
export function NothingHere({ page = false }: { page?: boolean }) {
  const { t } = useTranslation("app");
  return (
    <Empty page={page} title={t("notFound.title")} action={<Link href="/">{t("notFound.home")}</Link>}>
      {t("notFound.text")}
    </Empty>
  );
}
