/** The playground's web server: the routes that the page uses. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Media } from '../../../chat.ts';
import type { Bot } from '../../../commands/kit/bot.ts';
import type { Log } from '../../../log.ts';
import { announce, type createCalls, type Spot } from '../calls.ts';
import type { History } from '../history.ts';
import { readCaret } from '../line.ts';
import { type Channel, directChannel } from '../stage.ts';
import { type Streams, sees } from '../streams.ts';
import { viewOf } from '../view.ts';
import { guard } from './guard.ts';
import { sendMedia } from './media.ts';
import type { createPageFiles } from './page-files.ts';
import { chatLine, parse, question, readCall, reader, readJson, stretch, typing } from './request.ts';

/** Largest request with all its files. */
const maxBodyBytes = 32_000_000;
/** Messages in one answer: about four screens. */
const maxMessages = 50;
/** Threads in the sidebar's list. */
const maxThreads = 30;

type Parts = {
  bot: Bot;
  calls: ReturnType<typeof createCalls>;
  history: History;
  streams: Streams;
  pageFile: Awaited<ReturnType<typeof createPageFiles>>;
  channels: Channel[];
  people: Spot['person'][];
  host: string;
  log: Log;
};

/** Returns the routes. Every error is answered with one plain sentence. */
export function createRoutes({ bot, calls, history, streams, pageFile, channels, people, host, log }: Parts) {
  const app = new Hono();
  /** Returns an error with a sentence for the page. */
  const refuse = (status: 400 | 403 | 404 | 503, message: string) => new HTTPException(status, { message });

  function personNamed(id: string) {
    const person = people.find((each) => each.id === id);
    if (!person) throw refuse(404, 'There is nobody of that name here.');
    return person;
  }

  /** Returns the spot of a request. Throws unless person, channel and thread exist and belong together. */
  async function spotOf(where: { person: string; channel: string; thread?: number; locale: string }): Promise<Spot> {
    const person = personNamed(where.person);
    const { channel, thread, locale } = where;
    const isDirect = channel === directChannel(person.id);
    if (!isDirect && !channels.some(({ id }) => id === channel)) throw refuse(404, 'There is no such channel.');
    if (thread === undefined) return { person, channel, locale };
    const root = await history.find(thread);
    const fits = root && root.channel === channel && root.thread === undefined && sees(person.id, root);
    if (!fits || isDirect) throw refuse(404, 'There is no such thread any more.');
    return { person, channel, thread, locale };
  }

  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.text(error.message, error.status);
    log.error({ err: error, path: c.req.path }, 'request failed');
    return c.text('Something went wrong in the playground; its log says what.', 500);
  });
  app.notFound((c) => c.text('There is nothing at this address.', 404));
  app.use(guard(host));
  app.use(
    bodyLimit({ maxSize: maxBodyBytes, onError: (c) => c.text('That is more than 32 MB; send smaller files.', 413) }),
  );

  app.get('/', (c) => pageFile(c, 'index.html'));
  app.get('/page/:name', (c) => pageFile(c, c.req.param('name')));

  app.get('/api/start', async (c) => {
    const person = personNamed(parse(reader, { person: people[0]?.id, ...c.req.query() }).person);
    // Taken before anything is read: the stream then repeats changes from in between, instead of losing them.
    const cursor = streams.cursor();
    const threads = (await history.threads(person.id, maxThreads)).filter((entry) => sees(person.id, entry));
    const { sheets, pictureActions } = bot;
    const direct = directChannel(person.id);
    return c.json({ person, people, channels, direct, sheets, pictureActions, threads: threads.map(viewOf), cursor });
  });

  app.get('/api/events', (c) => {
    const { person } = parse(reader, c.req.query());
    return streams.listen(c, personNamed(person).id, c.req.header('last-event-id') ?? c.req.query('since'));
  });

  app.get('/api/history', async (c) => {
    const asked = parse(stretch, c.req.query());
    const { person, channel, thread } = await spotOf(asked);
    const { before } = asked;
    const entries = await history.read({ person: person.id, channel, thread, before, limit: maxMessages });
    return c.json({ messages: entries.map(viewOf), more: entries.length === maxMessages });
  });

  app.post('/api/calls', async (c) => {
    const { call, event, where } = await readCall(c, bot.sheets);
    const taken = await calls.take(call, await spotOf(where), event);
    if ('busy' in taken) throw refuse(503, 'Too much is going on at once; try again in a moment.');
    return c.json(taken, 202);
  });

  app.post('/api/hints', async (c) => {
    const asked = await readJson(c, typing);
    const known = readCaret(asked.line, asked.caret, bot.sheets);
    if (!known) return c.json({ marks: [], given: [], choices: [] });
    const sheet = bot.sheets.find(({ name }) => name === known.command);
    const field = sheet?.fields.find(({ name }) => name === known.at?.name);
    if (!known.at || !field?.suggests) return c.json({ ...known, choices: field?.choices ?? [] });
    const origin = calls.originOf(await spotOf(asked), `typing:${known.command}`, true);
    return c.json({ ...known, choices: await bot.suggest(known.command, field.name, known.at.typed, origin) });
  });

  app.post('/api/suggestions', async (c) => {
    const { command, option, typed, ...where } = await readJson(c, question);
    const origin = calls.originOf(await spotOf(where), `typing:${command}`, true);
    return c.json({ choices: await bot.suggest(command, option, typed, origin) });
  });

  app.post('/api/messages', async (c) => {
    const { event, text, ...where } = await readJson(c, chatLine);
    const { person, channel, thread } = await spotOf(where);
    const said = await history.add([{ channel, thread, author: person, text, key: `event:${person.id}:${event}` }]);
    if (said) await announce(streams, history, said);
    return c.json({ taken: true }, 202);
  });

  app.delete('/api/messages/:id', async (c) => {
    const person = personNamed(parse(reader, c.req.query()).person);
    const entry = await history.find(Number(c.req.param('id')) || 0);
    if (!entry || !sees(person.id, entry)) throw refuse(404, 'That message is not here any more.');
    if (entry.author?.id !== person.id && !person.moderator) {
      throw refuse(403, 'Only who wrote it, or a moderator, can delete a message.');
    }
    await history.remove(entry.id);
    streams.publish({ entry, removed: true });
    return c.json({ taken: true });
  });

  app.get('/media/:id', async (c) => {
    const media: Media | undefined = await history.media(c.req.param('id'));
    return media ? sendMedia(c, bot, media) : c.text('This picture is not here any more.', 404);
  });

  return app;
}
