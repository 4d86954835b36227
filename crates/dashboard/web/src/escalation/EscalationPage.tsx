import { PageHead } from "../design/parts";

export default function EscalationPage(props: { escalation: string }) {
  return <PageHead title={props.escalation} />;
}
