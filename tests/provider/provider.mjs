// A real provider (npm oidc-provider) in a process of its own: node provider.mjs PORT REDIRECT. Prints the issuer when it listens; every start has a new signing key.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const server = createServer();
server.listen(Number(port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'guanxi', client_secret: 'a-real-secret', redirect_uris: [redirect], grant_types: ['authorization_code'], response_types: ['code'] }],
    jwks: { keys: [{ ...key, kid: String(Date.now()), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['test'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@lanfeng.cn`, email_verified: true, name: id, preferred_username: id }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
