import { PageHead } from "../design/parts";

export default function AdministrationPage(props: { part: string }) {
  return <PageHead title={props.part} />;
}
