import { PageHead } from "../design/parts";

export default function DecisionsPage() {
  return <PageHead title="DecisionsPage" />;
}
