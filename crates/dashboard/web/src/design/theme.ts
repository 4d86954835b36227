/** Light or dark, and how dense rows are: as the system says, unless the reader chose. */

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ["roomy", "dense"] as const;
export type Density = (typeof DENSITIES)[number];

const keys = { theme: "koepel-theme", density: "koepel-density" } as const;

function kept<T extends string>(key: string, values: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(key);
    return values.find((one) => one === value) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

export const themeNow = () => kept(keys.theme, THEMES, "system");
export const densityNow = () => kept(keys.density, DENSITIES, "roomy");

function show(name: "theme" | "density", value: string, usual: string): void {
  if (value === usual) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
}

export function setTheme(theme: Theme): void {
  keep(keys.theme, theme);
  show("theme", theme, "system");
}

export function setDensity(density: Density): void {
  keep(keys.density, density);
  show("density", density, "roomy");
  dispatchEvent(new Event("koepel-density"));
}

/** At the beginning. */
export function startTheme(): void {
  show("theme", themeNow(), "system");
  show("density", densityNow(), "roomy");
}
