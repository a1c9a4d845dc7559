// An identity provider on a free port of the loopback, with a client for each kind of caller. With the URI that browsers are sent back to, it
// has two clients too with which people sign in: `public` and `confidential`. Prints its issuer when it listens; ends when its standard input
// does.
//   node provider.mjs [REDIRECT_URI]
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import Provider from 'oidc-provider';

const key = (type, options, kid, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});

// The claims of each client's tokens.
const callers = {
  officer: { preferred_username: 'agency', muniment_role: 'officer' },
  auditor: { preferred_username: 'ann', muniment_role: ['staff', 'auditor'], muniment_providers: ['110012345A'] },
  portal: { preferred_username: 'portal', muniment_role: 'submitter' },
  nobody: { preferred_username: 'eve' },
};

// Who can sign in, by any name they type; with these, what is said of them.
const people = {
  agency: callers.officer,
  ann: callers.auditor,
  mhughes1: { preferred_username: 'mhughes1', muniment_role: 'account' },
  portal: callers.portal,
  eve: callers.nobody,
};

const [redirectUri] = process.argv.slice(2);
const signInClients = ['public', 'confidential'].map((name) => ({
  client_id: name,
  ...(name === 'public' ? { token_endpoint_auth_method: 'none' } : { client_secret: 'a secret: of 100%+', token_endpoint_auth_method: 'client_secret_basic' }),
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [redirectUri],
}));

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  jwks: {
    keys: [
      key('rsa', { modulusLength: 2048 }, 'rsa', 'RS256'),
      key('ec', { namedCurve: 'P-256' }, 'ec', 'ES256'),
      key('ed25519', {}, 'ed', 'EdDSA'),
    ],
  },
  clients: [
    ...Object.keys(callers).map((name) => ({
      client_id: name,
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    })),
    ...(redirectUri ? signInClients : []),
  ],
  pkce: { required: () => true, methods: ['S256'] },
  cookies: { keys: ['of the tests'] },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  claims: { openid: ['sub', 'preferred_username', 'muniment_role', 'muniment_providers'] },
  conformIdTokenClaims: false,
  // Nobody is asked whether the client may.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
  extraTokenClaims: (ctx, token) => callers[token.clientId],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // urn:muniment:ALGORITHM:AUDIENCE
      getResourceServerInfo: (ctx, resource) => {
        const [, , alg, audience] = resource.split(':');
        return { scope: 'node', audience, accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
      },
    },
  },
});
// Who is there says so, or does not want to.
async function interact(request, response, url) {
  const name = url.searchParams.get('name');
  if (name === null) {
    response.setHeader('Content-Type', 'text/html');
    response.end('<title>Sign in</title><form><label>Name <input name=name></label> <button>Enter</button> <button name=refuse value=1>Refuse</button></form>');
  } else {
    const refusal = { error: 'access_denied', error_description: 'nobody was there' };
    const login = { login: { accountId: name } };
    await provider.interactionFinished(request, response, url.searchParams.has('refuse') ? refusal : login, { mergeWithLastSubmission: false });
  }
}

const answer = provider.callback();
server.on('request', (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname.startsWith('/interaction/')) interact(request, response, url).catch((error) => response.writeHead(500).end(String(error)));
  else answer(request, response);
});
console.log(issuer);

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
