/** A fake of the playground's page: its requests, without the page. */
import { randomUUID } from 'node:crypto';
import type { Call } from '../../../src/chat.ts';
import type { View } from '../../../src/platforms/playground/view.ts';

/** An event of the stream. */
export type Happened = { event: string; id: string; data: string };

/** Returns the requests of `person` to the playground at `address`. */
export function createVisitor(address: string, person: string) {
  const newEvent = () => randomUUID();

  async function read(channel: string, thread?: number | string, before?: number): Promise<View[]> {
    const query = new URLSearchParams({ person, channel });
    if (thread !== undefined) query.set('thread', String(thread));
    if (before !== undefined) query.set('before', String(before));
    const response = await fetch(`${address}/api/history?${query}`);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const { messages } = (await response.json()) as { messages: View[] };
    return messages;
  }

  function call(channel: string, what: Partial<Call> | { line: string }, more: CallDetails = {}) {
    const { files = {}, event = newEvent(), ...rest } = more;
    const form = new FormData();
    form.set('call', JSON.stringify({ person, channel, event, ...rest, ...what }));
    for (const [option, file] of Object.entries(files)) form.append(option, file);
    return fetch(`${address}/api/calls`, { method: 'POST', body: form });
  }

  const write = (channel: string, text: string, thread?: number) =>
    send('/api/messages', { person, channel, thread, text, event: newEvent() });

  const send = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${address}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...headers },
    });

  /** Listens to the stream until `stop`. `heard` grows as events arrive. */
  async function listen(since?: string) {
    const heard: Happened[] = [];
    const aborter = new AbortController();
    const query = new URLSearchParams(since === undefined ? { person } : { person, since });
    const response = await fetch(`${address}/api/events?${query}`, { signal: aborter.signal });
    const ended = (async () => {
      let rest = '';
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (rest + part).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) heard.push(eventIn(block));
      }
    })().catch(() => undefined);
    return { status: response.status, heard, ended, stop: () => aborter.abort() };
  }

  return { person, read, call, write, send, listen };
}

type CallDetails = { thread?: number; event?: string; files?: Record<string, File> };

function eventIn(block: string): Happened {
  const lines = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return { event: lines.get('event') ?? '', id: lines.get('id') ?? '', data: lines.get('data') ?? '' };
}
