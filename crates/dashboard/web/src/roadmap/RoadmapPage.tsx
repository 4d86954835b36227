import { PageHead } from "../design/parts";

export default function RoadmapPage() {
  return <PageHead title="RoadmapPage" />;
}
