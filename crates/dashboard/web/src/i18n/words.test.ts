/** The words of all folders: the same keys in each language, none missing, none unused, the same values filled in. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LANGUAGES } from "./language";

const SOURCES = join(import.meta.dirname, "..");
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Words = { readonly [key: string]: string | Words };

function flat(words: Words, before = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === "string") all.set(before + key, value);
    else for (const [inner, text] of flat(value, `${before}${key}.`)) all.set(inner, text);
  }
  return all;
}

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "gen" || name === "words" ? [] : files(path);
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) ? [path] : [];
  });
}

const namespaces = readdirSync(SOURCES).filter((name) => existsSync(join(SOURCES, name, "words", "en.json")));
const words = (namespace: string, language: string) =>
  flat(JSON.parse(readFileSync(join(SOURCES, namespace, "words", `${language}.json`), "utf8")) as Words);

interface Use {
  readonly file: string;
  readonly namespaces: readonly string[];
  readonly key: string;
}

/** What a source asks for by `t("key")`, `t("folder:key")`, or with a part that is filled in. */
function uses(path: string): { asked: Use[]; literals: Set<string>; patterns: RegExp[] } {
  const text = readFileSync(path, "utf8");
  const own = [...text.matchAll(/useTranslation\(\[?((?:"[a-z_]+"(?:,\s*)?)+)\]?/g)].flatMap((found) => (found[1] ?? "").match(/[a-z_]+/g) ?? []);
  const asked = [...text.matchAll(/\bt\(\s*"([^"]+)"/g)].map((found) => {
    const [, namespace, key] = /^(?:([a-z_]+):)?(.+)$/.exec(found[1] ?? "") ?? [];
    return { file: path, namespaces: namespace ? [namespace] : own, key: key ?? "" };
  });
  const literals = new Set([...text.matchAll(/"([^"\n]*)"/g)].map((found) => (found[1] ?? "").replace(/^[a-z_]+:/, "")));
  const patterns = [...text.matchAll(/`([^`]*\$\{[^`]*)`/g)]
    .map((found) => (found[1] ?? "").replace(/^[a-z_]+:/, ""))
    .filter((pattern) => /^[A-Za-z]/.test(pattern))
    .map((pattern) => new RegExp(`^${pattern.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^.]*")}$`));
  return { asked, literals, patterns };
}

const sources = files(SOURCES).map((path) => ({ path, ...uses(path) }));

test.each(namespaces)("the words of %s are the same in each language", (namespace) => {
  const english = words(namespace, "en");
  for (const language of LANGUAGES) {
    const other = words(namespace, language);
    expect([...other.keys()].sort(), language).toEqual([...english.keys()].sort());
    for (const [key, text] of other) {
      expect(text.trim(), `${language} ${key}`).not.toBe("");
      const filled = (of: string) => [...new Set(of.match(/\{\{\s*\w+/g) ?? [])].map((one) => one.replace(/\{\{\s*/, "")).sort();
      const wanted = filled(english.get(key) ?? "");
      // A singular may say "one" in words.
      if (!PLURAL.test(key)) expect(filled(text), `${language} ${key}`).toEqual(wanted);
    }
  }
});

test("what is asked for is there", () => {
  const known = new Map(namespaces.map((namespace) => [namespace, words(namespace, "en")]));
  const missing = sources.flatMap(({ asked }) =>
    asked.filter(({ namespaces, key }) => {
      const all = namespaces.map((namespace) => known.get(namespace));
      return !all.some((words) => words?.has(key) || words?.has(`${key}_other`));
    }),
  );
  expect(missing.map(({ file, key }) => `${file}: ${key}`)).toEqual([]);
});

test.each(namespaces)("what %s has is asked for", (namespace) => {
  const unused = [...words(namespace, "en").keys()].filter((key) => {
    const bare = key.replace(PLURAL, "");
    return !sources.some(({ literals, patterns }) => literals.has(bare) || patterns.some((pattern) => pattern.test(bare)));
  });
  expect(unused).toEqual([]);
});
