import { PageHead } from "../design/parts";

export default function TodayPage() {
  return <PageHead title="TodayPage" />;
}
