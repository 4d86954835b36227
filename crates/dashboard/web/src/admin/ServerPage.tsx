import { PageHead } from "../design/parts";

export default function ServerPage() {
  return <PageHead title="ServerPage" />;
}
