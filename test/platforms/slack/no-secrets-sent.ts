/** Looks for secrets in all that the fake was sent. */
import { expectNoSecrets } from '../../security/no-secrets.ts';
import type { Args } from './web-methods.ts';

type Sent = { ledger: readonly { method: string; args: Args }[]; posts: readonly object[]; homes: Map<string, Args> };

/** Throws an `Error` that names the first secret. The ledger does not hold the tokens that allow the calls. */
export function expectNoSecretsSent({ ledger, posts, homes }: Sent): void {
  for (const { method, args } of ledger) expectNoSecrets(`a call of Slack’s ${method}`, withoutProof(method, args));
  for (const post of posts) expectNoSecrets('a message on Slack', post);
  for (const home of homes.values()) expectNoSecrets('a page on Slack', home);
}

/** Leaves out the secrets with which an app asks for a token. Only it and Slack know them. */
function withoutProof(method: string, args: Args): Args {
  if (method !== 'oauth.v2.access') return args;
  const { client_secret: _, refresh_token: _renewal, ...others } = args;
  return others;
}
