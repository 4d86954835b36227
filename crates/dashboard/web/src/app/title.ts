/** The title of the browser's window: what is shown, of which product. */

import { useEffect } from "react";
import { useHere } from "../me/Me";

export function useTitle(title: string): void {
  const { product } = useHere();
  useEffect(() => {
    document.title = [title, product.displayName, "Koepel"].filter(Boolean).join(" · ");
  }, [title, product.displayName]);
}
