import { PageHead } from "../design/parts";

export default function DirectoryPage() {
  return <PageHead title="DirectoryPage" />;
}
