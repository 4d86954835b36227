/** Lets in whoever the server knows; asks all others to sign in. */

import { Code } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { lazy, type ReactNode } from "react";
import { AdminService } from "../api/gen/koepel/v1/admin_pb";
import { refusalOf } from "../api/refusal";
import { useCredential } from "../me/credential";
import { MeContext } from "../me/Me";
import { Reaching } from "./Reaching";

const SignInPage = lazy(() => import("../sign_in/SignInPage"));

export function Gate({ children }: { children: ReactNode }) {
  const credential = useCredential();
  const who = useQuery(AdminService.method.whoAmI, {}, { staleTime: 10 * 60_000, retry: (count, thrown) => refusalOf(thrown).code !== Code.Unauthenticated && count < 60 });
  const offered = location.hash.startsWith("#token=");
  if (offered || (who.error && refusalOf(who.error).code === Code.Unauthenticated)) {
    return <SignInPage key={credential.kind} refused={who.error} again={() => void who.refetch()} />;
  }
  if (who.data?.person) return <MeContext value={who.data.person}>{children}</MeContext>;
  return <Reaching failed={who.failureReason} />;
}
