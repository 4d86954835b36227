/** The way out: a token is forgotten, a session is ended by the server. */

import { credentialNow, forget } from "../me/credential";

export async function leave(): Promise<void> {
  if (credentialNow().kind === "session") {
    // A form, as the server ends a session only for a page of its own.
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/auth/logout";
    document.body.append(form);
    form.submit();
    return;
  }
  forget();
  location.assign("/");
}
