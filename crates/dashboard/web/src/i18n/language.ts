/** The reader's language: what they chose, else what their browser asks for, else English. */

export const LANGUAGES = ["en", "da", "nl"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "koepel-language";

/** The first of the wanted languages that there is. */
export function chosen(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0];
    const found = LANGUAGES.find((language) => language === primary);
    if (found) return found;
  }
  return "en";
}

function kept(): string[] {
  try {
    const language = localStorage.getItem(KEY);
    return language ? [language] : [];
  } catch {
    return [];
  }
}

let current: Language = globalThis.location ? chosen([...kept(), ...navigator.languages]) : "en";

export function language(): Language {
  return current;
}

/** Remembers a choice. The page is told by i18next. */
export function choose(language: Language): void {
  current = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

/**
 * How dates and numbers are written: by the language, and where the browser is set to a country of that language, by that
 * country's habits. English is written the British way, with days before months, unless the browser says otherwise.
 */
export function locale(): string {
  const own = (globalThis.navigator?.languages ?? []).find((tag) => tag.toLowerCase().startsWith(`${current}-`));
  return own ?? { en: "en-GB", da: "da-DK", nl: "nl-NL" }[current];
}
