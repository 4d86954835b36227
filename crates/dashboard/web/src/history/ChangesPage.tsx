import { PageHead } from "../design/parts";

export default function ChangesPage() {
  return <PageHead title="ChangesPage" />;
}
