import { PageHead } from "../design/parts";

export default function ItemPage(props: { item: string }) {
  return <PageHead title={props.item} />;
}
