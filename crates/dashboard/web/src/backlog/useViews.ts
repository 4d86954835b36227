/** The views that a person keeps of a product, in this browser, the same in all its tabs. */

import { useCallback, useEffect, useState } from "react";
import { readViews, type View, writtenViews } from "./views";

const keyOf = (product: string, person: string) => `koepel-views ${product} ${person}`;

function kept(key: string): readonly View[] {
  try {
    return readViews(localStorage.getItem(key));
  } catch {
    return [];
  }
}

export function useViews(product: string, person: string): readonly [views: readonly View[], change: (to: (views: readonly View[]) => readonly View[]) => void] {
  const key = keyOf(product, person);
  const [state, setState] = useState(() => ({ key, views: kept(key) }));
  // Another person's, or of another product.
  if (state.key !== key) setState({ key, views: kept(key) });
  const { views } = state;

  useEffect(() => {
    const listen = (event: StorageEvent) => {
      if (event.key === key) setState({ key, views: readViews(event.newValue) });
    };
    addEventListener("storage", listen);
    return () => removeEventListener("storage", listen);
  }, [key]);

  const change = useCallback(
    (to: (views: readonly View[]) => readonly View[]) => {
      const next = to(views);
      setState({ key, views: next });
      try {
        localStorage.setItem(key, writtenViews(next));
      } catch {
        // A browser that keeps nothing: they last as long as the page.
      }
    },
    [key, views],
  );
  return [views, change];
}
