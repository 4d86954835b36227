import { PageHead } from "../design/parts";

export default function BacklogPage() {
  return <PageHead title="BacklogPage" />;
}
