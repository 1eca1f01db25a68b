/** The credentials that tests use, and a look for them in everything that a test made the bot write. */

/** Each once, so that no test has one that is not looked for. */
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

/** As it is, in an address, in JSON with escaped slashes, and in base64, in which HTTP likes to hide passwords. */
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
/** What the stand-ins hand out under way is known by its form: tokens of workspaces that installed, and their renewals. */
const lasting = new RegExp(`${literally}|xoxe\\.xoxb-[TE]\\d+|xoxe-[TE]\\d+`);
/** Tokens and reply addresses of single interactions: good for 15 minutes on Discord, for 30 on Slack. */
const passing = /\btoken-\d{17,20}\b|\/reply\/[\da-f]{8}-[\da-f]{4}-/;

function look(where: string, text: string, forms: RegExp): void {
  const found = forms.exec(text);
  if (!found) return;
  const around = text.slice(Math.max(found.index - 80, 0), found.index + found[0].length + 40);
  throw new Error(`${spellings.get(found[0]) ?? 'a token'} is in ${where}: …${around}…`);
}

/** Throws an `Error` that names the first secret in `written`, which is a text or is looked at as JSON, and where it is. */
export function expectNoSecrets(where: string, written: unknown): void {
  const text = typeof written === 'string' ? written : (JSON.stringify(written) ?? '');
  look(where, text, lasting);
  look(where, text, passing);
}

/** The same for what the bot keeps to itself, where the token that an answer still needs is rightly kept. */
export function expectNoCredentials(where: string, written: unknown): void {
  look(where, typeof written === 'string' ? written : (JSON.stringify(written) ?? ''), lasting);
}

/**
 * The one exception: an answer within its minutes needs the interaction's token, so a job keeps it with where it came
 * from and what was shown, a delivery with what it posted, and an open form on Slack with where its refusals are said.
 */
const answering: Record<string, readonly string[]> = {
  jobs: ['origin', 'ack'],
  deliveries: ['ref'],
  drafts: ['content'],
};
const mayAnswer = (table: string, { key }: { key?: unknown }) => table !== 'drafts' || String(key).startsWith('form/');

type Ask = (statement: string) => Promise<Record<string, unknown>[]>;

/** Looks at all rows of all tables. `ask` sends one statement to the database and gives its rows. */
export async function expectNoSecretRows(ask: Ask): Promise<void> {
  const tables = await ask(`select tablename as name from pg_tables where schemaname = 'public'`);
  if (tables.length === 0) return;
  const all = tables.map(({ name }) => `select '${name}' as name, to_jsonb(t)::text as row from public."${name}" t`);
  for (const { name, row } of await ask(all.join(' union all '))) {
    const text = String(row);
    look(`the table ${name}`, text, lasting);
    if (!passing.test(text)) continue;
    const columns: object = JSON.parse(text);
    const kept = mayAnswer(String(name), columns) ? answering[String(name)] : undefined;
    const others = Object.entries(columns).filter(([column]) => !kept?.includes(column));
    look(`the table ${name}`, JSON.stringify(others), passing);
  }
}
