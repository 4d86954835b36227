import { PageHead } from "../design/parts";

export default function EscalationsPage() {
  return <PageHead title="EscalationsPage" />;
}
