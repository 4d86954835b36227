// An identity provider for the end-to-end tests: oidc-provider as it is, with one client, and a login of one step. Whoever it is
// asked for in `login_hint` is logged in; so a test can be anybody without a form to fill in.
//
// Arguments: the port (0 for any), the redirect URI, the client's secret (empty for none), and the audience of access tokens.
// It writes one line, `provider at <issuer>`, once it listens. `POST /rotate` gives it new keys.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [port, redirectUri, secret, audience] = process.argv.slice(2);

let generation = 0;

/** A key of each kind, under names that are used once. */
function keys() {
  generation += 1;
  const made = [
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ];
  return made.map(([alg, { privateKey }]) => ({
    // The one of RSA is for every algorithm of RSA.
    ...privateKey.export({ format: 'jwk' }), ...(alg === 'RS256' ? {} : { alg }), use: 'sig', kid: `${alg}-${generation}`,
  }));
}

function provider(issuer) {
  const client = {
    client_id: 'koepel',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: process.env.PROVIDER_ALG ?? 'RS256',
    ...(secret
      ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }
      : { token_endpoint_auth_method: 'none' }),
  };
  const made = new Provider(issuer, {
    clients: [client],
    jwks: { keys: keys() },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: '', audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
      },
    },
    claims: { openid: ['sub'], email: ['email'] },
    // As most providers do: what is asked for is in the token that says who somebody is.
    conformIdTokenClaims: false,
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, email: `${sub}@example.org` }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['of the tests'] },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, AuthorizationCode: 60, IdToken: 600, AccessToken: 600 },
  });
  made.use(async (ctx, next) => {
    if (ctx.path.startsWith('/interaction/')) {
      await interaction(made, ctx.req, ctx.res);
      ctx.respond = false;
      return;
    }
    await next();
  });
  return made;
}

/** Logs in whom the request names, and lets the client have what it asked for. */
async function interaction(made, req, res) {
  const { prompt, params, session, grantId } = await made.interactionDetails(req, res);
  const who = params.login_hint;
  if (prompt.name === 'login' && who === 'refused') {
    await made.interactionFinished(req, res, { error: 'access_denied', error_description: 'nobody' });
    return;
  }
  if (prompt.name === 'login') {
    await made.interactionFinished(req, res, { login: { accountId: who ?? 'nobody-in-particular' } });
    return;
  }
  const grant = grantId
    ? await made.Grant.find(grantId)
    : new made.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid email');
  grant.addResourceScope(audience, '');
  const consent = { grantId: await grant.save() };
  await made.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
}

let current;
const server = createServer((req, res) => {
  if (req.method === 'POST' && req.url === '/rotate') {
    current = provider(issuer);
    res.end('rotated\n');
    return;
  }
  current.callback()(req, res);
});
let issuer;
server.listen(Number(port), '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  current = provider(issuer);
  console.log(`provider at ${issuer}`);
});
