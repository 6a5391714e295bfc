// A real OpenID provider (https://github.com/panva/node-oidc-provider), with people who need no password: who the
// browser says it is, in the header X-Person, signs in. Everything else is given in the environment.
import Provider from 'oidc-provider';

const given = JSON.parse(process.env.PROVIDER);

const provider = new Provider(given.issuer, {
  clients: given.clients,
  jwks: { keys: given.keys },
  cookies: { keys: ['for tests alone'] },
  scopes: ['openid', 'api'],
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (context, resource) => ({
        scope: 'api',
        audience: resource,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  // It would not ask an address of this machine, which a client of a real one must not be.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  async loadExistingGrant({ oidc }) {
    const known = oidc.session.grantIdFor(oidc.client.clientId);
    if (known) return oidc.provider.Grant.find(known);
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
});

provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  const person = context.get('X-Person');
  const result = person ? { login: { accountId: person } } : { error: 'access_denied' };
  await provider.interactionFinished(context.req, context.res, result);
  context.respond = false;
});

provider.on('backchannel.error', (context, error) => console.error(error));
provider.on('server_error', (context, error) => console.error(error));
provider.listen(given.port, '127.0.0.1', () => console.log('listening'));
