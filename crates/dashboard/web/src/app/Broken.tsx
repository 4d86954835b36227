/** Stands where a page has failed: says so, and offers a way out. What the reader typed elsewhere is not touched. */

import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/Button";
import { Empty } from "../design/parts";

export class Broken extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failed again={() => this.setState({ failed: false })} /> : this.props.children;
  }
}

function Failed({ again }: { again: () => void }) {
  const { t } = useTranslation("app");
  return (
    <main style={{ padding: "2rem" }} role="alert">
      <Empty
        title={t("broken.title")}
        action={
          <span style={{ display: "flex", gap: "0.5rem" }}>
            <Button weight="main" onClick={again}>
              {t("broken.again")}
            </Button>
            <Button onClick={() => location.reload()}>{t("broken.reload")}</Button>
          </span>
        }
      >
        {t("broken.text")}
      </Empty>
    </main>
  );
}
