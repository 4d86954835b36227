/**
 * Lets in whoever the server knows; asks all others to sign in. Whoever was let in and is not known any more is asked over the page,
 * on which everything they typed still stands.
 */

import { Code } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { AdminService } from "../api/gen/koepel/v1/admin_pb";
import { forgetVersions } from "../api/receipts";
import { refusalOf } from "../api/refusal";
import { SIGNED_OUT } from "../api/transport";
import { credentialSince, forget, useCredential } from "../me/credential";
import { MeContext } from "../me/Me";
import { tokenOffered } from "../sign_in/offered";
import { queries } from "./queries";
import { Reaching } from "./Reaching";
import style from "./Gate.module.css";

const SignInPage = lazy(() => import("../sign_in/SignInPage"));

/** The token that the address offers, now and when it changes. */
function useOffered(): [boolean, () => void] {
  const [offered, setOffered] = useState(() => tokenOffered(location.hash) !== undefined);
  useEffect(() => {
    const changed = () => {
      if (tokenOffered(location.hash)) setOffered(true);
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return [offered, () => setOffered(false)];
}

export function Gate({ children }: { children: ReactNode }) {
  const credential = useCredential();
  const [offered, taken] = useOffered();
  const who = useQuery(AdminService.method.whoAmI, {}, { staleTime: 10 * 60_000, retry: (count, thrown) => refusalOf(thrown).code !== Code.Unauthenticated && count < 60 });
  const { refetch, errorUpdatedAt } = who;
  const unknown = who.error !== null && refusalOf(who.error).code === Code.Unauthenticated;

  useEffect(() => {
    const ask = () => void refetch();
    addEventListener(SIGNED_OUT, ask);
    return () => removeEventListener(SIGNED_OUT, ask);
  }, [refetch]);

  useEffect(() => {
    // A token that is not good any more would hide a session that is. One that has just been entered was not asked for yet.
    if (unknown && credential.kind === "token" && errorUpdatedAt > credentialSince()) {
      forget();
      void refetch();
    }
  }, [unknown, credential.kind, errorUpdatedAt, refetch]);

  const again = () => {
    taken();
    void refetch();
  };
  const person = who.data?.person;
  if (offered || (unknown && !person)) return <SignInPage refused={who.error} again={again} />;
  if (!person) return <Reaching failed={who.failureReason} />;
  return (
    <MeContext value={person}>
      <Known key={person.name}>{children}</Known>
      {unknown && (
        <Over>
          <SignInPage refused={who.error} again={again} />
        </Over>
      )}
    </MeContext>
  );
}

/** Whoever comes after somebody else in this tab is shown nothing that was answered to them. */
function Known({ children }: { children: ReactNode }) {
  const [clear] = useState(() => {
    queries.removeQueries({ predicate: ({ queryKey: [, asked] }) => (asked as { methodName?: string } | undefined)?.methodName !== "WhoAmI" });
    forgetVersions();
    return true;
  });
  return clear ? children : null;
}

function Over({ children }: { children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={style.over} onCancel={(event) => event.preventDefault()}>
      <Suspense>{children}</Suspense>
    </dialog>
  );
}
