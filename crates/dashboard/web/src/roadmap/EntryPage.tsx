import { PageHead } from "../design/parts";

export default function EntryPage(props: { entry: string }) {
  return <PageHead title={props.entry} />;
}
