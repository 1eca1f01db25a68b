/** The routes of the fake Discord's REST API. */
import { createFakeMessages, type Request, type Settings, shown } from './fake-messages.ts';
import { Problem, type World } from './world.ts';

type Route = { method: string; pattern: RegExp; answer(request: Request, ids: string[]): unknown };

/** Returns the function that answers requests. `violations` gets a line for each breach of Discord's documentation. */
export function createRoutes(world: World, violations: string[], settings: Settings) {
  const messages = createFakeMessages(world, violations, settings);
  const { answerInteraction, ofToken, ofBot, followUp, create, change, createPost } = messages;

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

  /** Returns the JSON of the answer, undefined for an empty one. Throws `Problem`. */
  return function answer(asked: Request): unknown {
    const route = routes.find(({ method, pattern }) => method === asked.method && pattern.test(asked.path));
    if (!route) throw new Problem(404, 0, `no such route: ${asked.method} ${asked.path}`);
    const needsNone = /^\/(interactions|webhooks)\//.test(asked.path);
    if (!needsNone && !asked.hasBotToken) throw new Problem(401, 0, 'Unauthorized');
    return route.answer(asked, route.pattern.exec(asked.path)?.slice(1) ?? []);
  };
}
