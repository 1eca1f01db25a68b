/** Discord's REST routes that the bot uses, over the tests' world, with the rules that matter to a delivery. */
import { checkMessage, checkModal } from './check-body.ts';
import { type File, guild, type Opened, type Posted, Problem, type World } from './world.ts';

export type Request = {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  files: File[];
  hasBotToken: boolean;
};
type Route = { method: string; pattern: RegExp; answer(request: Request, ids: string[]): unknown };

const ephemeral = 64;
const v2 = 32768;

const problems = (list: string[]) => {
  if (list.length > 0) throw new Problem(400, 50035, `Invalid Form Body: ${list.join('; ')}`);
};

/** How this Discord is: what it takes, whether the bot is in the server, and what that server has been boosted to. */
export type Settings = {
  refusesComponents: boolean;
  /** Bytes for each file. */
  uploadLimit: number;
  /** Where it is another one for what the bot posts with its own token. */
  uploadLimitOfBot?: number;
  isMember: boolean;
  tier: number;
  /** Keeps nothing of a file but its name. */
  letsFilesGo?: boolean;
};

/** `violations` gets a line for everything that Discord's documentation forbids. */
export function createRoutes(world: World, violations: string[], settings: Settings) {
  function check(list: string[]): void {
    violations.push(...list);
    problems(list);
  }

  function fill(posted: Posted, { body, files, hasBotToken }: Request, flags: number): void {
    const { uploadLimit, uploadLimitOfBot = uploadLimit } = settings;
    const hasV2 = (flags & v2) !== 0;
    if (hasV2 && settings.refusesComponents) throw new Problem(400, 50035, 'Invalid Form Body: components');
    if ((posted.flags & v2) !== 0 && !hasV2)
      throw new Problem(400, 50035, 'Invalid Form Body: the flag cannot be removed');
    check(
      checkMessage(
        body,
        files.map(({ filename }) => filename),
        hasV2,
      ),
    );
    if (files.some(({ bytes }) => bytes.length > (hasBotToken ? uploadLimitOfBot : uploadLimit)))
      throw new Problem(413, 40005, 'Request entity too large');
    for (const file of files) world.files.set(file.id, file);
    posted.flags = flags;
    posted.content = typeof body.content === 'string' ? body.content : '';
    posted.components = Array.isArray(body.components) ? body.components : [];
    posted.attachments = files;
    const allowed = body.allowed_mentions as { users?: string[] } | undefined;
    posted.mentions = (allowed?.users ?? []).filter((id) => JSON.stringify(body).includes(`<@${id}>`));
  }

  const fresh = (channel: string): Posted => ({
    ...{ id: world.snowflake(), channel_id: channel, author: world.bot, content: '', flags: 0 },
    ...{ components: [], attachments: [], mentions: [] },
  });

  function create(request: Request, channelId: string): Posted {
    const channel = world.writable(channelId);
    channel.archived = false;
    const nonce = typeof request.body.nonce === 'string' ? request.body.nonce : undefined;
    if (nonce && nonce.length > 25) check(['a nonce that is too long']);
    if (nonce && request.body.enforce_nonce) {
      if (world.deletedNonces.has(`${channelId}/${nonce}`)) throw new Problem(404, 10008, 'Unknown Message');
      const before = world.messages.find((one) => one.channel_id === channelId && one.nonce === nonce);
      if (before) return before;
    }
    const posted = { ...fresh(channelId), nonce };
    fill(posted, request, Number(request.body.flags ?? 0));
    world.messages.push(posted);
    return posted;
  }

  function change(request: Request, posted: Posted): Posted {
    if (world.channels.get(posted.channel_id)?.archived) throw new Problem(400, 50083, 'Thread is archived');
    const kept = posted.flags & ephemeral;
    fill(posted, request, Number(request.body.flags ?? posted.flags) | kept);
    return posted;
  }

  function answerInteraction({ body, query }: Request, opened: Opened): unknown {
    if (opened.answer) throw new Problem(400, 40060, 'Interaction has already been acknowledged.');
    const type = Number(body.type);
    const data = body.data as Record<string, unknown> | undefined;
    if (type === 9) check(checkModal(data ?? {}));
    const flags = Number(data?.flags ?? 0);
    if (type === 5 && flags & ~ephemeral) check(['a deferred answer takes only the ephemeral flag']);
    if (type === 7) check(checkMessage(data ?? {}, [], (flags & v2) !== 0));
    // Where a server does not let guests speak, Discord hides their answers whatever was asked for.
    const isHidden = (flags & ephemeral) !== 0 || opened.isSilenced === true;
    const posted = { ...fresh(opened.channel), token: opened.token, onlyFor: isHidden ? opened.person : undefined };
    if (type === 4) fill(posted, { ...request, body: data ?? {}, files: [] }, flags);
    posted.flags |= isHidden ? ephemeral : 0;
    opened.answer = { type, data };
    opened.took = performance.now() - opened.askedAt;
    if (type !== 4 && type !== 5) return { interaction: { id: opened.id, type: 2 } };
    opened.answer.message = posted.id;
    world.messages.push(posted);
    if (query.get('with_response') !== 'true') return undefined;
    return {
      interaction: {
        ...{ id: opened.id, type: 2, response_message_id: posted.id },
        response_message_ephemeral: isHidden,
      },
      resource: { type, message: shown(posted) },
    };
  }
  const request = { method: 'POST', path: '', query: new URLSearchParams(), hasBotToken: false };

  function ofToken(token: string, id: string): Posted {
    const opened = world.byToken(token);
    const wanted = id === '@original' ? (opened.answer?.message ?? '') : id;
    if (!world.channels.has(opened.channel)) throw new Problem(404, 10003, 'Unknown Channel');
    return world.message(opened.channel, wanted);
  }

  function followUp(asked: Request, token: string): Posted {
    const opened = world.byToken(token);
    if (opened.isGuest && opened.followUps === 5) throw new Problem(403, 40094, 'The limit of follow-ups was reached');
    opened.followUps += 1;
    const flags = Number(asked.body.flags ?? 0);
    // As documented: while the deferred answer is still open, a follow-up takes its place and is seen by whoever sees it.
    const original = world.messages.find(({ id }) => id === opened.answer?.message);
    if (opened.answer?.type === 5 && original && isOpen(original)) return change(asked, original);
    const posted = { ...fresh(opened.channel), token, onlyFor: flags & ephemeral ? opened.person : undefined };
    fill(posted, asked, flags);
    world.messages.push(posted);
    return posted;
  }

  function ofBot(channel: string, id: string): Posted {
    world.channel(channel);
    const posted = world.message(channel, id);
    if (posted.onlyFor) throw new Problem(404, 10008, 'Unknown Message');
    return posted;
  }

  function createPost(asked: Request, parent: string): unknown {
    const forum = world.channel(parent);
    if (forum.needsTag && !Array.isArray(asked.body.applied_tags)) throw new Problem(400, 40067, 'A tag is required');
    const id = world.snowflake();
    world.channels.set(id, {
      id,
      type: 11,
      guild_id: guild,
      parent_id: parent,
      owner_id: world.bot.id,
      name: String(asked.body.name),
    });
    const posted = { ...fresh(id), id };
    const message = (asked.body.message ?? {}) as Record<string, unknown>;
    fill(posted, { ...asked, body: message }, Number(message.flags ?? 0));
    world.messages.push(posted);
    return { id, message: shown(posted) };
  }

  const routes: Route[] = [
    {
      method: 'POST',
      pattern: /^\/interactions\/(\d+)\/([^/]+)\/callback$/,
      answer(asked, [id = '', token]) {
        const opened = world.opened.get(id);
        if (!opened || opened.token !== token) throw new Problem(404, 10062, 'Unknown interaction');
        return answerInteraction(asked, opened);
      },
    },
    {
      method: 'PATCH',
      pattern: /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      answer: (asked, [token = '', id = '']) => shown(change(asked, ofToken(token, id))),
    },
    {
      method: 'DELETE',
      pattern: /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      answer: (_, [token = '', id = '']) => world.remove(ofToken(token, id).id),
    },
    {
      method: 'POST',
      pattern: /^\/webhooks\/\d+\/([^/]+)$/,
      answer: (asked, [token = '']) => shown(followUp(asked, token)),
    },
    {
      method: 'POST',
      pattern: /^\/channels\/(\d+)\/messages$/,
      answer: (asked, [channel = '']) => shown(create(asked, channel)),
    },
    {
      method: 'GET',
      pattern: /^\/channels\/(\d+)\/messages$/,
      answer({ query }, [id = '']) {
        const channel = world.channel(id);
        if (channel.type === 15) throw new Problem(400, 40058, 'Not a text channel');
        const may = channel.permissions === undefined || BigInt(channel.permissions) & (1n << 16n);
        if (!may) throw new Problem(403, 50001, 'Missing Access');
        const after = BigInt(query.get('after') ?? '0');
        const found = world.messages.filter((one) => one.channel_id === id && !one.onlyFor && BigInt(one.id) > after);
        return found
          .slice(0, Number(query.get('limit') ?? 50))
          .reverse()
          .map(shown);
      },
    },
    {
      method: 'PATCH',
      pattern: /^\/channels\/(\d+)\/messages\/(\d+)$/,
      answer: (asked, [channel = '', id = '']) => shown(change(asked, ofBot(channel, id))),
    },
    {
      method: 'DELETE',
      pattern: /^\/channels\/(\d+)\/messages\/(\d+)$/,
      answer: (_, [channel = '', id = '']) => world.remove(ofBot(channel, id).id),
    },
    {
      method: 'PATCH',
      pattern: /^\/channels\/(\d+)$/,
      answer({ body }, [id = '']) {
        const channel = world.channel(id);
        if (channel.locked) throw new Problem(403, 160005, 'Thread is locked');
        channel.archived = body.archived === true;
        return channel;
      },
    },
    {
      method: 'GET',
      pattern: /^\/channels\/(\d+)$/,
      answer: (_, [id = '']) => ({
        ...world.channel(id),
        available_tags: [{ id: '900000000000000001', moderated: false }],
      }),
    },
    { method: 'POST', pattern: /^\/channels\/(\d+)\/threads$/, answer: (asked, [id = '']) => createPost(asked, id) },
    {
      method: 'GET',
      pattern: /^\/guilds\/(\d+)\/threads\/active$/,
      answer: () => ({
        threads: [...world.channels.values()].filter(({ type, archived }) => type >= 10 && type <= 12 && !archived),
      }),
    },
    {
      method: 'POST',
      pattern: /^\/users\/@me\/channels$/,
      answer: ({ body }) => world.direct(String(body.recipient_id)),
    },
    {
      method: 'GET',
      pattern: /^\/guilds\/(\d+)$/,
      answer(_, [id]) {
        if (!settings.isMember) throw new Problem(403, 50001, 'Missing Access');
        return { id, name: 'Here', premium_tier: settings.tier, features: [] };
      },
    },
    { method: 'GET', pattern: /^\/applications\/@me$/, answer: () => ({ id: world.bot.id }) },
    {
      method: 'GET',
      pattern: /^\/applications\/\d+(?:\/guilds\/\d+)?\/commands$/,
      answer: () => [...world.commands.values()],
    },
    {
      method: 'POST',
      pattern: /^\/applications\/\d+(?:\/guilds\/\d+)?\/commands$/,
      answer({ body }) {
        const key = `${body.type}/${body.name}`;
        const made = { ...body, id: world.commands.get(key)?.id ?? world.snowflake(), version: world.snowflake() };
        world.commands.set(key, made);
        return made;
      },
    },
    {
      method: 'DELETE',
      pattern: /^\/applications\/\d+(?:\/guilds\/\d+)?\/commands\/(\d+)$/,
      answer(_, [id]) {
        for (const [key, command] of world.commands) if (command.id === id) world.commands.delete(key);
      },
    },
  ];

  /** The JSON of the answer; undefined is an empty one. Throws `Problem`. */
  return function answer(asked: Request): unknown {
    const route = routes.find(({ method, pattern }) => method === asked.method && pattern.test(asked.path));
    if (!route) throw new Problem(404, 0, `no such route: ${asked.method} ${asked.path}`);
    const needsNone = /^\/(interactions|webhooks)\//.test(asked.path);
    if (!needsNone && !asked.hasBotToken) throw new Problem(401, 0, 'Unauthorized');
    return route.answer(asked, route.pattern.exec(asked.path)?.slice(1) ?? []);
  };
}

/** Nothing has been said in it yet: the client shows "thinking". */
const isOpen = ({ content, components, attachments }: Posted) =>
  content === '' && components.length === 0 && attachments.length === 0;

/** A message as Discord shows it to a bot. */
function shown({ attachments, onlyFor: _, token: _token, mentions: _mentions, ...posted }: Posted) {
  return {
    ...posted,
    attachments: attachments.map(({ bytes, ...file }) => ({
      ...file,
      size: bytes.length,
      url: `attachment/${file.id}`,
    })),
  };
}
