/** Whether keys without a modifier do something while nothing on the page has the focus. Kept in the browser. */

const KEY = "koepel-single-keys";

export function singleKeys(): boolean {
  try {
    return localStorage.getItem(KEY) !== "0";
  } catch {
    return true;
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? "1" : "0");
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}
