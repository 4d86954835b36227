import fc from "fast-check";
import { expect, test } from "vitest";
import { blocksOf, type Part, partsOf, webAddress } from "./text";

const words = (text: string): Part => ({ kind: "words", text });
const link = (text: string, href = text): Part => ({ kind: "link", text, href });

test("addresses of the web are links, and nothing else is", () => {
  const check = (line: string, parts: Part[]) => expect(partsOf(line), line).toEqual(parts);
  check("plain", [words("plain")]);
  check("see https://a.example/x?y=1.", [words("see "), link("https://a.example/x?y=1"), words(".")]);
  check("(https://a.example/x)", [words("("), link("https://a.example/x"), words(")")]);
  check("https://a.example/x_(y)", [link("https://a.example/x_(y)")]);
  check("[the ticket](https://a.example/1) here", [link("the ticket", "https://a.example/1"), words(" here")]);
  check("[x](javascript:alert(1))", [words("[x](javascript:alert(1))")]);
  check("<script>alert(1)</script>", [words("<script>alert(1)</script>")]);
  check("**must** be", [{ kind: "strong", text: "must" }, words(" be")]);
  check("2 ** 3 ** 4", [words("2 "), { kind: "strong", text: " 3 " }, words(" 4")]);
  check("https://", [words("https://")]);
});

test("only http and https are addresses", () => {
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//a.example", "https://", "ftp://a.example", "java\nscript:x", "https://a b"])
    expect(webAddress(bad), bad).toBeUndefined();
  expect(webAddress("HTTPS://A.example/x")).toBe("https://a.example/x");
});

test("paragraphs, line breaks, headings and lists", () => {
  expect(blocksOf("# Done when\none\ntwo\n\nthree\n- a\n* b\r\n\r\nend").map(({ kind, lines }) => [kind, lines.length])).toEqual([
    ["heading", 1],
    ["paragraph", 2],
    ["paragraph", 1],
    ["list", 2],
    ["paragraph", 1],
  ]);
  expect(blocksOf("")).toEqual([]);
});

test("whatever is typed: no address but those of the web, and no word of a line is lost", () => {
  const typed = fc.oneof(fc.string(), fc.stringMatching(/^[-# a*[\]().:/htpsjv<>"\n]{0,60}$/), fc.constantFrom("[a](http://b.c)", "http://x.y/(z)", "**s**"));
  fc.assert(
    fc.property(fc.array(typed), (pieces) => {
      const text = pieces.join("");
      for (const block of blocksOf(text))
        for (const line of block.lines) for (const part of line) if (part.kind === "link") expect(part.href).toMatch(/^https?:\/\//);
      const line = text.replace(/\n/g, " ");
      const shown = partsOf(line).map(({ text }) => text).join("");
      const letters = (value: string) => value.replace(/[^\p{L}]/gu, "");
      if (!/\]\(/.test(line)) expect(letters(shown)).toBe(letters(line));
    }),
  );
});
