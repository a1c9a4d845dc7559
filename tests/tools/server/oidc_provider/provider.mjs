// An identity provider on a free port of the loopback, with a client for each kind of caller. Prints its issuer when it listens; ends when
// its standard input does.
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
  clients: Object.keys(callers).map((name) => ({
    client_id: name,
    client_secret: 'secret',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  })),
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
server.on('request', provider.callback());
console.log(issuer);

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
