import { PageHead } from "../design/parts";

export default function DecisionPage(props: { decision: string }) {
  return <PageHead title={props.decision} />;
}
