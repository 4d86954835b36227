/** The products that the reader may see. With one alone, that one is opened. */

import { useQuery } from "@connectrpc/connect-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect } from "wouter";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { pageOf } from "../api/names";
import { Card, Empty, PageHead } from "../design/parts";
import { useMe } from "../me/Me";
import { Reaching } from "./Reaching";
import { ReaderMenu } from "./ReaderMenu";
import style from "./Products.module.css";

export function Products() {
  const { t } = useTranslation("app");
  const me = useMe();
  const all = useQuery(ProductService.method.listProducts, { pageSize: 1_000 });
  useEffect(() => {
    document.title = "Koepel";
  }, []);
  if (!all.data) return <Reaching failed={all.failureReason} />;
  const [only, ...others] = all.data.products;
  if (only && others.length === 0 && !me?.administrator) return <Redirect to={pageOf(only.name, "today")} replace />;
  return (
    <main className={style.page}>
      <PageHead title={t("products")} actions={<ReaderMenu />} />
      {only ? (
        <ul className={style.list}>
          {all.data.products.map((product) => (
            <li key={product.name}>
              <Card>
                <h2>
                  <Link href={pageOf(product.name, "today")}>{product.displayName}</Link>
                </h2>
                <p>{product.summary}</p>
                <p className={style.count}>{t("openItems", { count: product.openItems })}</p>
              </Card>
            </li>
          ))}
        </ul>
      ) : (
        <Empty title={t("noProducts.title")}>{me?.administrator ? t("noProducts.administrator") : t("noProducts.text")}</Empty>
      )}
      {me?.administrator && (
        <p>
          <Link href="/administration">{t("server")}</Link>
        </p>
      )}
    </main>
  );
}
