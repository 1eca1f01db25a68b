/** A look for secrets in all that the stand-in for Slack was told. */
import { expectNoSecrets } from '../../security/no-secrets.ts';
import type { Args } from './web-methods.ts';

type Told = { ledger: readonly { method: string; args: Args }[]; posts: readonly object[]; homes: Map<string, Args> };

/** Throws an `Error` that names the first secret. The token that allows a call is not among the arguments of the ledger. */
export function expectNothingTold({ ledger, posts, homes }: Told): void {
  for (const { method, args } of ledger) expectNoSecrets(`a call of Slack’s ${method}`, withoutProof(method, args));
  for (const post of posts) expectNoSecrets('a message on Slack', post);
  for (const home of homes.values()) expectNoSecrets('a page on Slack', home);
}

/** Where an app asks for a token, it proves who it is with what only it and Slack know. */
function withoutProof(method: string, args: Args): Args {
  if (method !== 'oauth.v2.access') return args;
  const { client_secret: _, refresh_token: _renewal, ...others } = args;
  return others;
}
