/** Where the dashboard begins. */

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { fetchAhead } from "./app/Pages";
import "./design/tokens.css";
import { startTheme } from "./design/theme";
import { startWords } from "./i18n/words";

// After an upgrade a page that is open asks for files that are not there any more: it is loaded anew, once.
addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("koepel-reloaded") ?? 0);
  if (Date.now() - last < 30_000) return;
  event.preventDefault();
  sessionStorage.setItem("koepel-reloaded", String(Date.now()));
  location.reload();
});

startTheme();
const root = document.getElementById("root");
if (root) {
  await startWords();
  fetchAhead(location.pathname);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
