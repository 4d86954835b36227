import { PageHead } from "../design/parts";

export default function SharedPage() {
  return <PageHead title="SharedPage" />;
}
