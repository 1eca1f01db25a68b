/** Messages of the fake Discord: answers, follow-ups, channel messages and posts, with the rules that matter to a delivery. */
import { checkMessage, checkModal } from './check-body.ts';
import { type File, guild, type Opened, type Posted, Problem, type World } from './world.ts';

/** A request as the routes get it. */
export type Request = {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  files: File[];
  hasBotToken: boolean;
};

const ephemeral = 64;
const v2 = 32768;

/** Types of answers that become a message: at once, or deferred. */
const typesWithMessage = new Set([4, 5]);

/** Settings of the fake: what it takes, whether the bot is in the server, and the server's boost tier. */
export type Settings = {
  refusesComponents: boolean;
  /** Bytes for each file. */
  uploadLimit: number;
  /** Bytes for each file that the bot posts with its own token, where that limit is another one. */
  uploadLimitOfBot?: number;
  isMember: boolean;
  tier: number;
  /** Skims uploads, and keeps only the names of their files. */
  letsFilesGo?: boolean;
};

/** Returns the ways of writing messages. `violations` gets a line for each breach of Discord's documentation. */
export function createFakeMessages(world: World, violations: string[], settings: Settings) {
  function check(problems: string[]): void {
    violations.push(...problems);
    if (problems.length > 0) throw new Problem(400, 50035, `Invalid Form Body: ${problems.join('; ')}`);
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
    id: world.snowflake(),
    channel_id: channel,
    author: world.bot,
    content: '',
    flags: 0,
    components: [],
    attachments: [],
    mentions: [],
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
    const hiddenFlag = posted.flags & ephemeral;
    fill(posted, request, Number(request.body.flags ?? posted.flags) | hiddenFlag);
    return posted;
  }

  function checkAnswer(type: number, flags: number, data: Record<string, unknown> = {}): void {
    if (type === 9) check(checkModal(data));
    if (type === 5 && flags & ~ephemeral) check(['a deferred answer takes only the ephemeral flag']);
    if (type === 7) check(checkMessage(data, [], (flags & v2) !== 0));
  }

  function answerInteraction(request: Request, opened: Opened): unknown {
    if (opened.answer) throw new Problem(400, 40060, 'Interaction has already been acknowledged.');
    const type = Number(request.body.type);
    const data = request.body.data as Record<string, unknown> | undefined;
    const flags = Number(data?.flags ?? 0);
    checkAnswer(type, flags, data);
    // A server that does not let guests speak has their answers hidden, also without the flag.
    const isHidden = (flags & ephemeral) !== 0 || opened.isSilenced === true;
    const posted = { ...fresh(opened.channel), token: opened.token, onlyFor: isHidden ? opened.person : undefined };
    if (type === 4) fill(posted, { ...request, body: data ?? {}, files: [], hasBotToken: false }, flags);
    posted.flags |= isHidden ? ephemeral : 0;
    opened.answer = { type, data };
    opened.took = performance.now() - opened.askedAt;
    if (!typesWithMessage.has(type)) return { interaction: { id: opened.id, type: 2 } };
    opened.answer.message = posted.id;
    world.messages.push(posted);
    return request.query.get('with_response') === 'true' ? callbackResponse(opened, type, posted) : undefined;
  }

  const callbackResponse = ({ id }: Opened, type: number, posted: Posted) => ({
    interaction: {
      id,
      type: 2,
      response_message_id: posted.id,
      response_message_ephemeral: posted.onlyFor !== undefined,
    },
    resource: { type, message: shown(posted) },
  });

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
    // As documented: a follow-up takes the place of a deferred answer that is still open, and is as public as that.
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

  return { answerInteraction, ofToken, ofBot, followUp, create, change, createPost };
}

/** Returns whether the message is still empty: the client shows "thinking". */
const isOpen = ({ content, components, attachments }: Posted) =>
  content === '' && components.length === 0 && attachments.length === 0;

/** Returns a message as Discord shows it to a bot. */
export function shown({ attachments, onlyFor: _, token: _token, mentions: _mentions, ...posted }: Posted) {
  return {
    ...posted,
    attachments: attachments.map(({ bytes, ...file }) => ({
      ...file,
      size: bytes.length,
      url: `attachment/${file.id}`,
    })),
  };
}
