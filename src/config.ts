/** Reads the environment once into one frozen object. No other file looks at the environment. It reads no file. */
import type { z } from 'zod';
import { type Setting, settings } from './ops/settings.ts';

type Listed = (typeof settings)[number];
type Name = Listed['name'];
type ValueOf<S extends Listed> = S extends { required: true } | { default: string }
  ? z.output<S['schema']>
  : z.output<S['schema']> | undefined;
type Values = { [S in Listed as S['name']]: ValueOf<S> };

/** The settings as the bot reads them. */
export type Config = ReturnType<typeof readConfig>;

/** An error whose message lists every problem of the environment and its remedy. It holds no value of a setting. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Returns the settings in `env` with their defaults. An empty variable counts as not set. Spaces and quotes around a
 * value are dropped. At least one of `discord` and `slack` is set. Throws a `ConfigError` with every problem at once.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const given = (name: Name) => unwrapped(env[name] ?? '');
  const read = settings.map((setting) => readSetting(setting, given(setting.name)));
  const problems = [
    ...read.flatMap(({ problem }) => problem ?? []),
    ...contradictions.filter(({ found }) => found((name) => given(name) !== '', given('ROLE'))),
  ];
  if (problems.length > 0) throw new ConfigError(report(problems));

  // Every value has passed its own setting's schema, and `Values` is inferred from the same list.
  const values = Object.fromEntries(read.map(({ name, value }) => [name, value])) as Values;
  const { DISCORD_TOKEN, SLACK_BOT_TOKEN, PHOTOGPT_CATALOGUE } = values;
  const secret = settings.filter((setting: Setting) => setting.secret).map(({ name }) => String(values[name] ?? ''));
  return Object.freeze({
    /** Every value that must not appear anywhere, with the passwords inside of addresses. */
    secrets: Object.freeze([...secret, ...secret.flatMap(passwordIn)].filter(Boolean)),
    role: values.ROLE,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    dataDir: values.DATA_DIR,
    publicUrl: values.PUBLIC_URL,
    maxOpenJobs: values.MAX_OPEN_JOBS,
    calls: Object.freeze({ person: values.MAX_PERSON_CALLS, place: values.MAX_PLACE_CALLS }),
    keepDays: values.KEEP_FILES_DAYS,
    personDailyJobs: values.PERSON_DAILY_JOBS,
    photogpt: Object.freeze({
      key: values.PHOTOGPT_API_KEY,
      url: values.PHOTOGPT_API_URL,
      keyExclusive: values.PHOTOGPT_KEY_EXCLUSIVE,
      perSecond: values.PHOTOGPT_REQUESTS_PER_SECOND,
      lanes: values.SUBMIT_LANES,
      cataloguePath: PHOTOGPT_CATALOGUE,
    }),
    operator: Object.freeze({ host: values.HOST, port: values.PORT }),
    discord: DISCORD_TOKEN ? Object.freeze({ token: DISCORD_TOKEN, ...discordWay(values) }) : undefined,
    slack: SLACK_BOT_TOKEN || values.SLACK_CLIENT_ID ? Object.freeze(slackWay(values)) : undefined,
  });
}

/** Returns the password in an address, as it is written there and decoded. */
function passwordIn(address: string): string[] {
  const { password } = URL.canParse(address) ? new URL(address) : { password: '' };
  return password ? [password, decodeURIComponent(password)] : [];
}

/**
 * Returns Discord's settings alone, for a program that needs no other. With `token: false` it needs no token either.
 * Throws a `ConfigError`.
 */
export function readDiscordConfig({ token }: { token: boolean }, env: NodeJS.ProcessEnv = process.env) {
  const own = Object.entries(env).filter(([name]) => name.startsWith('DISCORD_'));
  const unused = { PHOTOGPT_API_KEY: 'unused', ...(token ? {} : { DISCORD_TOKEN: 'un.us.ed' }) };
  return readConfig({ ...Object.fromEntries(own), ...unused }).discord;
}

function discordWay(values: Values) {
  const { DISCORD_PUBLIC_KEY: publicKey, DISCORD_HOST: host, DISCORD_PORT: port } = values;
  const webhook = publicKey ? Object.freeze({ publicKey, host, port }) : undefined;
  return {
    apiUrl: values.DISCORD_API_URL,
    shards: values.DISCORD_SHARDS,
    userInstall: values.DISCORD_USER_INSTALL,
    webhook,
  };
}

/** Returns the settings of one workspace with its token, or of an app that workspaces install by themselves. */
function slackWay(values: Values) {
  const way = {
    appToken: values.SLACK_APP_TOKEN,
    signingSecret: values.SLACK_SIGNING_SECRET,
    host: values.SLACK_HOST,
    port: values.SLACK_PORT,
    apiUrl: values.SLACK_API_URL,
  };
  const { SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_STATE_SECRET, SLACK_TOKEN_KEY, PUBLIC_URL } = values;
  if (!SLACK_CLIENT_ID) return { ...way, botToken: values.SLACK_BOT_TOKEN };
  // `contradictions` has checked that the others are set. The empty defaults only tell the compiler so.
  const install = {
    clientId: SLACK_CLIENT_ID,
    clientSecret: SLACK_CLIENT_SECRET ?? '',
    stateSecret: SLACK_STATE_SECRET ?? '',
    publicUrl: PUBLIC_URL ?? '',
    tokenKey: SLACK_TOKEN_KEY ?? '',
  };
  return { ...way, install: Object.freeze(install) };
}

/** A problem: the settings that it is about, and the words that follow their names. */
type Problem = { about: Name[]; what: string };

/** Returns the value of a setting, or its problem. */
function readSetting(setting: Setting & { name: Name }, given: string) {
  const { name, schema, required } = setting;
  const value = given || setting.default;
  if (value === undefined) return required ? { name, problem: { about: [name], what: 'is not set' } } : { name };
  const result = schema.safeParse(value);
  if (result.success) return { name, value: result.data };
  return { name, problem: { about: [name], what: result.error.issues.map(({ message }) => message).join(', and ') } };
}

const waysIntoSlack: Name[] = ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'];
const installing: Name[] = ['SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET', 'SLACK_TOKEN_KEY', 'PUBLIC_URL'];

/** Problems between settings that are each valid by themselves. */
const contradictions: (Problem & { found(isSet: (name: Name) => boolean, role: string): boolean })[] = [
  {
    about: ['DISCORD_TOKEN', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'],
    what: 'are all not set: the bot needs Discord’s token, or both of Slack’s',
    found: (isSet) => !(['DISCORD_TOKEN', 'SLACK_BOT_TOKEN', 'SLACK_CLIENT_ID', ...waysIntoSlack] as const).some(isSet),
  },
  {
    about: ['SLACK_BOT_TOKEN'],
    what: 'is not set, but another credential of Slack’s is: Slack needs both',
    found: (isSet) => !isSet('SLACK_BOT_TOKEN') && !isSet('SLACK_CLIENT_ID') && waysIntoSlack.some(isSet),
  },
  {
    about: ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'],
    what: 'are not set, but SLACK_BOT_TOKEN or SLACK_CLIENT_ID is: Slack needs one of them as well',
    found: (isSet) => (isSet('SLACK_BOT_TOKEN') || isSet('SLACK_CLIENT_ID')) && !waysIntoSlack.some(isSet),
  },
  {
    about: ['SLACK_BOT_TOKEN', 'SLACK_CLIENT_ID'],
    what: 'are both set: the bot is in one workspace by its token, or in many by the app’s id',
    found: (isSet) => isSet('SLACK_BOT_TOKEN') && isSet('SLACK_CLIENT_ID'),
  },
  {
    about: installing,
    what: 'are not all set, but SLACK_CLIENT_ID is: installing in many workspaces needs every one',
    found: (isSet) => isSet('SLACK_CLIENT_ID') && !installing.every(isSet),
  },
  {
    about: ['DATABASE_URL'],
    what: 'is not set, but ROLE shares the work among processes, and an embedded database serves only one',
    found: (isSet, role) => !isSet('DATABASE_URL') && ['gateway', 'worker'].includes(role),
  },
];

/** Removes spaces, line ends and quotes at both ends. Pasting brings them along, and no setting has them there. */
function unwrapped(value: string): string {
  return value
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2')
    .trim();
}

/** Returns all problems as text, each with the purpose and the source of its settings. */
function report(problems: Problem[]): string {
  const paragraphs = problems.map(({ about, what }) => {
    const remedies = settings
      .filter(({ name }) => about.includes(name))
      .map(({ name, purpose, source }) => `  ${about.length > 1 ? `${name}: ` : ''}${purpose}\n  → ${source}`);
    return [`${about.join(', ')} ${what}.`, ...remedies].join('\n');
  });
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return [`The settings have ${count}.`, ...paragraphs].join('\n\n');
}
