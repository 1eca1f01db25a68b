/** The credentials of tests, and a search for them in everything that the bot writes. */

/** All credentials of tests, so that the search knows each of them. */
export const credentials = {
  discordToken: 'MTAw.stand.in',
  slackToken: 'xoxb-test',
  slackAppToken: 'xapp-test',
  slackSigningSecret: 'test-signing-secret',
  slackClientSecret: 'test-client-secret',
  slackStateSecret: 'test-state-secret',
  slackTokenKey: Buffer.from('thirty-two bytes for the tokens?').toString('base64'),
  keyOfWorlds: 'pgpt-live-5up3r-s3cret',
  keyOfSandboxes: 'key-of-ours',
  otherKeyOfSandboxes: 'key-of-theirs',
  keyOfProcesses: 'key-of-the-mortal',
  keyOfMeasurements: 'key-of-the-measured',
  keyOfSlackJourneys: 'key-of-the-journey',
  keyWithSigns: 'pgpt/live+5up3r=s3cret',
  databasePassword: 'hunter2-of-the-database',
};

/** Spellings of a credential: plain, in an address, in JSON with escaped slashes, and in base64 as HTTP sends passwords. */
const spellings = new Map(
  Object.entries(credentials).flatMap(([name, secret]) =>
    [
      secret,
      encodeURIComponent(secret),
      secret.replaceAll('/', '\\/'),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ].map((spelling) => [spelling, name] as const),
  ),
);
const literally = [...spellings.keys()].map((each) => each.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
/** Credentials, and by their form the tokens that the fakes hand out: those of installed workspaces, and their renewals. */
const lasting = new RegExp(`${literally}|xoxe\\.xoxb-[TE]\\d+|xoxe-[TE]\\d+`);
/** Tokens and reply addresses of single interactions: good for 15 minutes on Discord, and for 30 on Slack. */
const passing = /\btoken-\d{17,20}\b|\/reply\/[\da-f]{8}-[\da-f]{4}-/;

function look(where: string, text: string, forms: RegExp): void {
  const found = forms.exec(text);
  if (!found) return;
  const around = text.slice(Math.max(found.index - 80, 0), found.index + found[0].length + 40);
  throw new Error(`${spellings.get(found[0]) ?? 'a token'} is in ${where}: …${around}…`);
}

/** Throws an `Error` that names the first secret in `written`, and the place `where`. Searches other values than texts as JSON. */
export function expectNoSecrets(where: string, written: unknown): void {
  const text = typeof written === 'string' ? written : (JSON.stringify(written) ?? '');
  look(where, text, lasting);
  look(where, text, passing);
}

/** Does the same for what the bot keeps to itself, where tokens that an answer still needs are allowed. */
export function expectNoCredentials(where: string, written: unknown): void {
  look(where, typeof written === 'string' ? written : (JSON.stringify(written) ?? ''), lasting);
}

/**
 * Columns by table that may hold the token of an interaction, which an answer needs for some minutes. A job has it with its
 * origin and its acknowledging message, and a delivery with its posted message. An open form on Slack has it with the place
 * of its refusals.
 */
const answering: Record<string, readonly string[]> = {
  jobs: ['origin', 'ack'],
  deliveries: ['ref'],
  drafts: ['content'],
};
const mayAnswer = (table: string, { key }: { key?: unknown }) => table !== 'drafts' || String(key).startsWith('form/');

type Ask = (statement: string) => Promise<Record<string, unknown>[]>;

/** Searches all rows of all tables. `ask` sends one statement to the database and resolves with its rows. */
export async function expectNoSecretRows(ask: Ask): Promise<void> {
  const tables = await ask(`select tablename as name from pg_tables where schemaname = 'public'`);
  if (tables.length === 0) return;
  const all = tables.map(({ name }) => `select '${name}' as name, to_jsonb(t)::text as row from public."${name}" t`);
  for (const { name, row } of await ask(all.join(' union all '))) {
    const text = String(row);
    look(`the table ${name}`, text, lasting);
    if (!passing.test(text)) continue;
    const columns: object = JSON.parse(text);
    const allowed = mayAnswer(String(name), columns) ? answering[String(name)] : undefined;
    const others = Object.entries(columns).filter(([column]) => !allowed?.includes(column));
    look(`the table ${name}`, JSON.stringify(others), passing);
  }
}
