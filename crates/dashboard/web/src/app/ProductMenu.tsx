/** Which product this is, and the way to another. */

import { useQuery } from "@connectrpc/connect-query";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { ProductService } from "../api/gen/koepel/v1/product_pb";
import { pageOf } from "../api/names";
import { Icon } from "../design/Icon";
import { Menu } from "../design/Menu";
import mark from "../design/koepel.svg";
import { useHere } from "../me/Me";
import style from "./ProductMenu.module.css";

export function ProductMenu() {
  const { t } = useTranslation("app");
  const { product } = useHere();
  const [, go] = useLocation();
  const all = useQuery(ProductService.method.listProducts, { pageSize: 100 });
  const items = (all.data?.products ?? [product]).map((one) => ({
    key: one.name,
    label: one.displayName,
    checked: one.name === product.name,
    act: () => go(pageOf(one.name, "today")),
  }));
  return (
    <Menu label={t("product", { name: product.displayName })} items={[...items, { key: "all", label: t("allProducts"), icon: "forward", act: () => go("/") }]}>
      <img src={mark} alt="" width={24} height={24} />
      <span className={style.name}>{product.displayName}</span>
      <Icon name="chevron" />
    </Menu>
  );
}
