/** Whether the reader wants to be asked why, each time that they move something across domains. Kept in the browser. */

const KEY = "koepel-asks-reason";

export function asksReason(): boolean {
  try {
    return localStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
}

export function setAsksReason(asks: boolean): void {
  try {
    localStorage.setItem(KEY, asks ? "1" : "0");
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}
