/**
 * The words of the dashboard. Each folder has its own, in `words/en.json`, `words/da.json` and `words/nl.json`; they are a
 * namespace of the folder's name, and come with the folder's pages.
 */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { choose, type Language, language } from "./language";

type Words = Record<string, unknown>;

const files = import.meta.glob<{ default: Words }>("../*/words/*.json");

async function load(language: string, namespace: string): Promise<Words> {
  const file = files[`../${namespace}/words/${language}.json`];
  if (!file) throw new Error(`no words of ${namespace} in ${language}`);
  return (await file()).default;
}

/** Begins with the reader's language; what every page needs is there when it is done. */
export async function startWords(): Promise<void> {
  i18next.use({
    type: "backend",
    init() {},
    read(language: string, namespace: string, done: (error: unknown, words?: Words) => void) {
      load(language, namespace).then(
        (words) => done(null, words),
        (error: unknown) => done(error),
      );
    },
  });
  await i18next.use(initReactI18next).init({
    lng: language(),
    fallbackLng: false,
    ns: ["app", "design"],
    defaultNS: "app",
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: true },
  });
  document.documentElement.lang = language();
}

/** Shows everything in another language. What the server says in sentences is asked for anew by whoever listens. */
export async function speak(next: Language): Promise<void> {
  choose(next);
  await i18next.changeLanguage(next);
  document.documentElement.lang = next;
}
