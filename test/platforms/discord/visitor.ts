/** A person with Discord's client: they type, press and fill in, and they see messages. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { Call, Value } from '../../../src/chat.ts';
import { waitFor } from '../wait-for.ts';
import { allComponents } from './check-body.ts';
import type { Fake } from './fake-discord.ts';
import { application, type Channel, type File, guild, type Opened, type Posted } from './world.ts';

/** All permissions. */
const allPermissions = String((1n << 49n) - 1n);

type Node = Record<string, unknown>;

/** Differences of an interaction from an ordinary one. */
export type Circumstances = {
  permissions?: string;
  member?: string;
  owners?: Record<string, string>;
  context?: number;
  limit?: number;
  /** The server lets nobody's own applications speak in public. */
  silenced?: boolean;
  /** Longest wait for an answer, in milliseconds. */
  answerTimeoutMs?: number;
  /** Sends the interaction by another way than the gateway. */
  by?: (interaction: Node) => void;
};

const filesIn = (value: Value | File | File[]): File[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is File => typeof one === 'object' && 'bytes' in one);

/** Returns a command's data. The second word of a name is a subcommand. */
function namedAs(command: string, options: Node[]): Node {
  const [name, sub] = command.split(' ');
  return { id: '1', type: 1, name, options: sub ? [{ type: 1, name: sub, options }] : options };
}

/** Returns a person's client at the fake Discord. */
export function createVisitor(fake: Fake, person: string) {
  const { world } = fake;
  const user = { id: person, username: `person${person}`, global_name: 'Ada', avatar: 'abc' };

  function interaction(
    type: number,
    channel: Channel,
    data: Node,
    more: Circumstances,
  ): { opened: Opened; sent: Node } {
    const id = world.snowflake();
    const opened: Opened = {
      id,
      token: `token-${id}`,
      person,
      channel: channel.id,
      madeAt: Number(BigInt(id) >> 22n) + 1_420_070_400_000,
      askedAt: performance.now(),
      followUps: 0,
      isGuest: more.owners !== undefined && more.owners['0'] === undefined,
      isSilenced: more.silenced,
    };
    world.opened.set(id, opened);
    const isGuild = channel.guild_id !== undefined;
    const sent = {
      id,
      application_id: application,
      type,
      token: opened.token,
      version: 1,
      locale: 'en-GB',
      data,
      channel_id: channel.id,
      channel: {
        id: channel.id,
        type: channel.type,
        parent_id: channel.parent_id ?? null,
        nsfw: channel.nsfw ?? false,
      },
      ...(isGuild
        ? {
            guild_id: guild,
            guild: { id: guild, features: [], locale: 'en-GB' },
            member: {
              user,
              nick: null,
              roles: ['300000000000000001'],
              permissions: more.member ?? '2048',
              joined_at: '2024-01-01T00:00:00Z',
              deaf: false,
              mute: false,
              flags: 0,
            },
          }
        : { user }),
      app_permissions: more.permissions ?? allPermissions,
      context: more.context ?? (isGuild ? 0 : 1),
      authorizing_integration_owners: more.owners ?? { '0': isGuild ? guild : '0' },
      attachment_size_limit: more.limit ?? 20 * 1024 * 1024,
      entitlements: [],
    };
    return { opened, sent };
  }

  /** Sends an interaction. Resolves when it is answered. Rejects when no answer comes in time. */
  async function send(
    type: number,
    channel: Channel,
    data: Node,
    more: Circumstances,
    message?: Posted,
  ): Promise<Opened> {
    const { opened, sent } = interaction(type, channel, data, more);
    const full = message
      ? { ...sent, message: { ...message, attachments: [], timestamp: '2026-01-01T00:00:00Z' } }
      : sent;
    (more.by ?? ((each) => fake.dispatch('INTERACTION_CREATE', each)))(full);
    if (!(await waitFor(() => opened.answer, more.answerTimeoutMs ?? 5_000))) throw new Error('was not answered');
    return opened;
  }

  const attachmentOf = (file: File) => {
    world.files.set(file.id, file);
    return {
      id: file.id,
      filename: file.filename,
      size: file.bytes.length,
      url: `${fake.url}/files/${file.id}`,
      proxy_url: '',
      content_type: file.content_type,
      ephemeral: true,
    };
  };
  const resolvedOf = (files: File[]) => ({
    attachments: Object.fromEntries(files.map((file) => [file.id, attachmentOf(file)])),
  });
  const kinds = { string: 3, number: 4, boolean: 5, object: 11 } as const;

  return {
    /** Types a slash command. A list of files goes into numbered options. */
    slash(
      channel: Channel,
      command: string,
      options: Record<string, Value | File | File[]> = {},
      more: Circumstances = {},
    ) {
      const files = Object.values(options).flatMap(filesIn);
      const given = Object.entries(options).flatMap<Node>(([name, value]) =>
        Array.isArray(value)
          ? filesIn(value).map((file, at) => ({
              name: at === 0 ? name : `${name}-${at + 1}`,
              type: 11,
              value: file.id,
            }))
          : [
              {
                name,
                type: kinds[typeof value as keyof typeof kinds],
                value: typeof value === 'object' ? value.id : value,
              },
            ],
      );
      return send(2, channel, { ...namedAs(command, given), resolved: resolvedOf(files) }, more);
    },

    /** Types into an option. Resolves with the suggestions. */
    async typing(channel: Channel, command: string, option: string, typed: string) {
      const data = namedAs(command, [{ name: option, type: 3, value: typed, focused: true }]);
      const { answer } = await send(4, channel, data, {});
      return answer?.data?.choices as { name: string; value: string }[];
    },

    /** Right-clicks a message or, with type 2, a person. */
    rightClick(channel: Channel, label: string, target: Node & { id: string }, type: 2 | 3 = 3) {
      const resolved = type === 3 ? { messages: { [target.id]: target } } : { users: { [target.id]: target } };
      return send(2, channel, { id: '2', type, name: label, target_id: target.id, resolved }, {});
    },

    /** Presses the button with this label on a message. */
    press(channel: Channel, message: Posted, label: string | RegExp, more: Circumstances = {}) {
      const button = allComponents(message.components).find((one) => one.type === 2 && String(one.label).match(label));
      if (!button) throw new Error(`no button ${label}`);
      return send(3, channel, { custom_id: button.custom_id, component_type: 2 }, more, message);
    },

    /** Fills in a modal and sends it. Other fields keep their content. */
    submit(channel: Channel, modal: Opened, values: Record<string, Value | File[]> = {}, message?: Posted) {
      const data = modal.answer?.data ?? {};
      const fields = allComponents(data.components).filter(({ type }) => type !== 18);
      const components = fields.map((field, at) => ({
        type: field.type,
        id: at + 1,
        custom_id: field.custom_id,
        ...submittedValue(field, values[String(field.custom_id)]),
      }));
      const files = Object.values(values).flatMap((value) => filesIn(value));
      const labels = components.map((component, at) => ({ type: 18, id: 100 + at, component }));
      return send(
        5,
        channel,
        { custom_id: data.custom_id, components: labels, resolved: resolvedOf(files) },
        {},
        message,
      );
    },

    /** Returns the messages that this person sees in a channel, oldest first. */
    see(channel: Channel): Posted[] {
      if (channel.recipient && channel.recipient !== person) return [];
      return world.messages.filter((one) => one.channel_id === channel.id && (!one.onlyFor || one.onlyFor === person));
    },

    /** Types a call as a slash command. */
    call(channel: Channel, { command, options }: Call, more: Circumstances = {}) {
      return this.slash(channel, command, options as Record<string, Value>, more);
    },
  };
}

/** Returns the value of a modal's field as the client sends it: `given`, or else the field's own content. */
function submittedValue(field: Node, given: Value | File[] | undefined): Node {
  const { type } = field;
  const options = Array.isArray(field.options) ? (field.options as Node[]) : [];
  const defaults = options.filter((one) => one.default).map((one) => one.value);
  if (type === 19) return { values: filesIn((given ?? []) as File[]).map(({ id }) => id) };
  if (type === 3) return { values: given === undefined ? defaults : [given].flat() };
  if (type === 21) return { value: given ?? defaults[0] ?? null };
  return { value: given ?? field.value ?? field.default ?? (type === 23 ? false : '') };
}

/** Returns all text of a message as a person reads it: escaped characters stay, formatting loses its marks. */
export function textOf(message: Posted): string {
  const texts = allComponents(message.components).flatMap((one) => (one.type === 10 ? [String(one.content)] : []));
  return [message.content, ...texts].map(asRead).join('\n');
}

/** Knows so much of Discord's Markdown that a test notices text that was not escaped. */
function asRead(markdown: string): string {
  const lines = markdown.replace(/^(?:-# |> |#{1,3} )/gm, '');
  return lines.replace(
    /\\([^0-9A-Za-z\s])|\*\*|\*|__|_|~~|\|\||`|@everyone|@here|<[@#!:][^>]*>|<\w+>|\[([^\]]*)\]\([^)]*\)|https?:\/\/\S+/g,
    (found, escaped: string | undefined) => escaped ?? (found.startsWith('<@') ? '@somebody' : ''),
  );
}

/** Returns an application's key pair: the public key as Discord shows it, and a function that signs. */
export function createSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    publicKey: raw.toString('hex'),
    headersFor(body: string, timestamp: string) {
      const signature = sign(null, Buffer.from(timestamp + body), privateKey).toString('hex');
      return {
        'content-type': 'application/json',
        'x-signature-ed25519': signature,
        'x-signature-timestamp': timestamp,
      };
    },
  };
}
