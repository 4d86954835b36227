/** What a rule means, in sentences. */

import type { AlertRule } from "../api/gen/koepel/v1/alert_pb";
import { useRuleWords } from "./alertWords";
import { draftOf } from "./rule";

export function RuleWords({ rule }: { rule: AlertRule }) {
  const words = useRuleWords();
  return words(draftOf(rule, "UTC"), rule.receiver).map((sentence) => <p key={sentence}>{sentence}</p>);
}
