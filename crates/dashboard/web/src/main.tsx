/** Where the dashboard begins. */

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import "./design/tokens.css";
import { startTheme } from "./design/theme";
import { startWords } from "./i18n/words";

startTheme();
const root = document.getElementById("root");
if (root) {
  await startWords();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
