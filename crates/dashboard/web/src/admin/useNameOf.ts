/** Names of people where no product tells them. */

import { idOf } from "../api/names";
import { useMe } from "../me/Me";
import { useKnownPeople } from "./useKnownPeople";

export function useNameOf(): (person: string) => string {
  const people = useKnownPeople();
  const me = useMe();
  return (person) => people.find((one) => one.name === person)?.displayName || (person === me?.name && me.displayName) || idOf(person);
}
